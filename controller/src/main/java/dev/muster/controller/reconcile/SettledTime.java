package dev.muster.controller.reconcile;

import dev.muster.controller.goodput.Bucket;
import dev.muster.controller.goodput.Buckets;
import dev.muster.controller.model.ClusterModel;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Accelerator time whose bucket is settled and stored, by queue: what counters may show. Time that is still open may turn
 * out to have been something else, and what is not stored may be lost with this process; a counter that went back for
 * either would look like one that began anew. Kept up with each ledger that is stored, so that a look costs nothing.
 */
public final class SettledTime {

    private final ClusterModel model;
    private final SortedMap<String, EnumMap<Bucket, Long>> millisByQueue = new TreeMap<>();
    private final Map<String, Buckets> lastOfJob = new HashMap<>();
    private boolean loaded;

    SettledTime(ClusterModel model) {
        this.model = model;
    }

    /** Takes up what the store held, once, before anything changes. */
    void load() {
        if (loaded) {
            return;
        }
        loaded = true;
        model.goodputByQueue()
                .forEach((queue, ledger) ->
                        add(queue, Buckets.NONE, ledger.ended().buckets()));
        model.eachOpenLedger((job, ledger) -> stored(job.uid(), job.spec().queue(), ledger.settled()));
    }

    void stored(String jobUid, String queue, Buckets now) {
        Buckets before = lastOfJob.put(jobUid, now);
        add(queue, before == null ? Buckets.NONE : before, now);
    }

    /** All of it is settled, and is in the queue's own sum from now on. */
    void ended(String jobUid) {
        lastOfJob.remove(jobUid);
    }

    private void add(String queue, Buckets before, Buckets now) {
        EnumMap<Bucket, Long> sums = millisByQueue.computeIfAbsent(queue, name -> new EnumMap<>(Bucket.class));
        now.acceleratorMillis()
                .forEach((bucket, amount) -> sums.merge(bucket, amount - before.amount(bucket), Math::addExact));
    }

    /** Accelerator milliseconds by queue; every bucket of each. */
    public SortedMap<String, Map<Bucket, Long>> byQueue() {
        load();
        SortedMap<String, Map<Bucket, Long>> copy = new TreeMap<>();
        millisByQueue.forEach((queue, sums) -> copy.put(queue, Collections.unmodifiableMap(new EnumMap<>(sums))));
        return copy;
    }
}
