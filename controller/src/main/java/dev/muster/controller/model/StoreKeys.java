package dev.muster.controller.model;

import dev.muster.controller.store.KeySpace;
import dev.muster.scheduler.job.JobKey;

/** Where each record lives in the store. */
public final class StoreKeys {

    private static final String ROOT = KeySpace.ROOT;
    public static final String JOBS = ROOT + "jobs/";
    public static final String PLACEMENTS = ROOT + "placements/";
    public static final String EVENTS = ROOT + "events/";
    public static final String LEDGERS = ROOT + "ledgers/";
    public static final String NODES = ROOT + "nodes/";
    public static final String GOODPUT = ROOT + "goodput/";
    public static final String LEADER = ROOT + "leader";
    public static final String SCHEMA = ROOT + "schema";

    private StoreKeys() {}

    public static String job(JobKey key) {
        return JOBS + key.namespace() + "/" + key.name();
    }

    /** Padded, so that attempts list in order. */
    public static String placement(String jobUid, int attempt) {
        return PLACEMENTS + jobUid + "/" + String.format("%08d", attempt);
    }

    /** Padded, so that events list in order. */
    public static String event(String jobUid, long sequence) {
        return EVENTS + jobUid + "/" + String.format("%012d", sequence);
    }

    public static String ledger(String jobUid) {
        return LEDGERS + jobUid;
    }

    public static String goodput(String queue) {
        return GOODPUT + queue;
    }

    public static String node(String name) {
        return NODES + name;
    }
}
