package dev.muster.scheduler.queue;

import dev.muster.scheduler.job.ResourceVector;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.Function;

/**
 * Weighted dominant shares.
 *
 * <p>Goals: one number that says how much of the cluster a queue has for its weight, whatever mix of resources it uses.
 *
 * <p>Constraints: queues with equal claims compare as equal, so a share of what is used now is one division of whole numbers: equal
 * fractions give equal numbers.
 *
 * <p>Algorithm: for each resource what the queue uses by (what the cluster has x weight); the largest counts. The jobs of a queue that
 * also has queues below it count as one more queue below it, of weight 1. Of what the cluster has none of any more, any use counts
 * as one per unit.
 *
 * <p>Example: 16 accelerators, 100 cpus. A queue of weight 2 that uses 4 and 50 has max(4/32, 50/200) = 0.25.
 *
 * <p>Complexity: depth x resources. Source: dominant resource fairness, published by Ghodsi and others in 2011.
 */
final class Shares {

    private final ResourceVector capacity;

    Shares(ResourceVector capacity) {
        this.capacity = capacity;
    }

    /** What is used now and what counts of former use. */
    record Use(ResourceVector present, SortedMap<String, Double> past) {

        static Use now(ResourceVector present) {
            return new Use(present, Collections.emptySortedMap());
        }

        static Use before(SortedMap<String, Double> past) {
            return new Use(ResourceVector.ZERO, past);
        }
    }

    /** The shares of a queue, when this is the use of queues and of their own jobs. */
    FairShare of(Queue queue, Function<Queue, Use> all, Function<Queue, Use> own) {
        List<Queue> path = queue.path();
        double[] byDepth = new double[path.size() + (queue.isInner() ? 1 : 0)];
        for (int depth = 0; depth < path.size(); depth++) {
            Queue at = path.get(depth);
            byDepth[depth] = dominant(all.apply(at), at.spec().weight());
        }
        if (queue.isInner()) {
            byDepth[path.size()] = dominant(own.apply(queue), 1);
        }
        return new FairShare(byDepth);
    }

    private double dominant(Use use, long weight) {
        double largest = 0;
        for (Map.Entry<String, Long> entry : use.present().amounts().entrySet()) {
            String resource = entry.getKey();
            double before = use.past().getOrDefault(resource, 0.0);
            largest = Math.max(largest, (entry.getValue() + before) / whole(resource, weight));
        }
        for (Map.Entry<String, Double> entry : use.past().entrySet()) {
            largest = Math.max(largest, entry.getValue() / whole(entry.getKey(), weight));
        }
        return largest;
    }

    private double whole(String resource, long weight) {
        return (double) Math.max(1, capacity.amount(resource)) * weight;
    }
}
