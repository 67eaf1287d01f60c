package dev.muster.controller.admin;

import dev.muster.controller.codec.UndecodableRecord;
import dev.muster.controller.goodput.JobLedger;
import dev.muster.controller.model.RecordFormat;
import dev.muster.controller.model.StoreKeys;
import dev.muster.controller.state.JobEvent;
import dev.muster.controller.state.JobRecord;
import dev.muster.controller.state.NodeRecord;
import dev.muster.controller.state.PlacementRecord;
import dev.muster.controller.state.PlacementRecord.HostAssignment;
import dev.muster.controller.store.Entry;
import dev.muster.controller.store.StateStore;
import dev.muster.scheduler.job.ResourceVector;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Whether every record can be read and all of them fit together: each lies under its own key; attempts, events and ledgers
 * belong to a job; a job that holds hosts has its attempt, and no other attempt is open; no accelerator is given twice.
 *
 * <p>Linear in the records; holds jobs, nodes and open attempts in memory.
 */
public final class Verification {

    private final RecordFormat format;
    private final SortedMap<String, Integer> counts = new TreeMap<>();
    private final List<String> problems = new ArrayList<>();
    private final Map<String, JobRecord> jobs = new HashMap<>();
    private final Map<String, NodeRecord> nodes = new HashMap<>();
    private final List<PlacementRecord> openAttempts = new ArrayList<>();
    private final Map<String, String> owned = new TreeMap<>();

    private Verification(RecordFormat format) {
        this.format = format;
    }

    /**
     * What was found.
     *
     * @param counts records by kind
     * @param problems one line each; none when all is well
     */
    public record Result(SortedMap<String, Integer> counts, List<String> problems, long revision) {}

    public static Result of(StateStore store, RecordFormat format) {
        Snapshot snapshot = Snapshot.of(store);
        Verification verification = new Verification(format);
        snapshot.entries().values().forEach(verification::read);
        verification.relate();
        return new Result(verification.counts, verification.problems, snapshot.revision());
    }

    private void read(Entry entry) {
        String key = entry.key();
        String kind = RecordKind.of(key).map(RecordKind::label).orElse("unknown");
        counts.merge(kind, 1, Integer::sum);
        try {
            RecordKind.of(key)
                    .ifPresentOrElse(
                            known -> read(known, key, entry.value()),
                            () -> problems.add(key + " is no record of this release; find out who wrote it"));
        } catch (UndecodableRecord damaged) {
            problems.add(String.valueOf(damaged.getMessage()));
        }
    }

    private void read(RecordKind kind, String key, byte[] value) {
        switch (kind) {
            case JOB -> {
                JobRecord job = decode(format::job, key, value, StoreKeys::job, JobRecord::key);
                jobs.put(job.uid(), job);
            }
            case PLACEMENT -> {
                PlacementRecord placement = format.placement(key, value);
                requireKey(key, StoreKeys.placement(placement.jobUid(), placement.attempt()));
                owned.put(key, placement.jobUid());
                if (placement.endedAt().isEmpty()) {
                    openAttempts.add(placement);
                }
            }
            case EVENT -> {
                JobEvent event = format.event(key, value);
                requireKey(key, StoreKeys.event(event.jobUid(), event.sequence()));
                owned.put(key, event.jobUid());
            }
            case LEDGER -> {
                JobLedger unused = format.ledger(key, value);
                owned.put(key, key.substring(StoreKeys.LEDGERS.length()));
            }
            case NODE -> {
                NodeRecord node = decode(format::node, key, value, StoreKeys::node, NodeRecord::name);
                nodes.put(node.name(), node);
            }
            case GOODPUT -> {
                var unused = format.goodput(key, value);
            }
            case SCHEMA -> {
                // Checked when the store was opened.
            }
        }
    }

    private <R, K> R decode(
            BiFunction<String, byte[], R> decode,
            String key,
            byte[] value,
            Function<K, String> keyOf,
            Function<R, K> name) {
        R record = decode.apply(key, value);
        requireKey(key, keyOf.apply(name.apply(record)));
        return record;
    }

    private void requireKey(String key, String own) {
        if (!key.equals(own)) {
            problems.add(key + " holds the record of " + own + "; restore a backup");
        }
    }

    private void relate() {
        owned.forEach((key, uid) -> {
            if (!jobs.containsKey(uid)) {
                problems.add(key + " belongs to job " + uid + ", which does not exist; it may be removed");
            }
        });
        Map<String, PlacementRecord> openByJob = new HashMap<>();
        for (PlacementRecord open : openAttempts) {
            openByJob.put(open.jobUid() + "/" + open.attempt(), open);
            requireHolder(open);
        }
        for (JobRecord job : jobs.values()) {
            String present = job.uid() + "/" + job.status().attempt();
            if (job.phase().holdsHosts() && !openByJob.containsKey(present)) {
                problems.add(StoreKeys.job(job.key()) + " is " + job.phase() + ", and its attempt "
                        + job.status().attempt() + " is not open; restore a backup");
            }
        }
        relateHosts();
    }

    private void requireHolder(PlacementRecord open) {
        JobRecord job = jobs.get(open.jobUid());
        boolean present =
                job != null && job.phase().holdsHosts() && job.status().attempt() == open.attempt();
        if (job != null && !present) {
            problems.add(StoreKeys.placement(open.jobUid(), open.attempt()) + " is open, and its job is " + job.phase()
                    + " in attempt " + job.status().attempt() + "; restore a backup");
        }
    }

    private void relateHosts() {
        Map<String, Long> given = new TreeMap<>();
        for (PlacementRecord open : openAttempts) {
            JobRecord job = jobs.get(open.jobUid());
            long perHost = job == null ? 0 : job.spec().gang().perHost().amount(ResourceVector.ACCELERATORS);
            for (HostAssignment host : open.everyHost()) {
                given.merge(host.host(), perHost, Long::sum);
            }
        }
        given.forEach((host, accelerators) -> {
            NodeRecord node = nodes.get(host);
            if (node != null && accelerators > node.capacity().amount(ResourceVector.ACCELERATORS)) {
                problems.add(StoreKeys.node(host) + " has " + node.capacity().amount(ResourceVector.ACCELERATORS)
                        + " accelerators, and " + accelerators + " are given to jobs; restore a backup");
            }
        });
    }
}
