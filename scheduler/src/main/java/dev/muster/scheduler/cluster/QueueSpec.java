package dev.muster.scheduler.cluster;

import dev.muster.scheduler.job.ResourceVector;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A queue's place in the tree of queues and its part of the cluster.
 *
 * @param parent another queue, or {@link #ROOT}
 * @param guaranteed what it can always get back
 * @param max what it never exceeds, by resource; a resource that is not named has no limit
 * @param weight its part of what is left over, against its siblings; at least 1
 * @param reclaim whether it may take back what others borrowed
 */
public record QueueSpec(
        String name,
        String parent,
        ResourceVector guaranteed,
        SortedMap<String, Long> max,
        long weight,
        boolean reclaim) {

    /** The queue above all others; it is always there and is never declared. */
    public static final String ROOT = "root";

    public QueueSpec {
        max = Collections.unmodifiableSortedMap(new TreeMap<>(max));
    }

    /** A queue under the root that may use everything. */
    public static QueueSpec unlimited(String name) {
        return new QueueSpec(name, ROOT, ResourceVector.ZERO, Collections.emptySortedMap(), 1, true);
    }
}
