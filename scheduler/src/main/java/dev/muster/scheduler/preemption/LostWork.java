package dev.muster.scheduler.preemption;

import dev.muster.scheduler.job.ResourceVector;
import dev.muster.scheduler.workload.PlacedPod;
import dev.muster.scheduler.workload.RunningJob;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * What a stop loses: for each accelerator of a gang the time since the newest checkpoint (or since the start when none is known), and a
 * fixed time for the restart.
 *
 * <p>Accelerators are the resource of that name; where the cluster has none of it, {@code gpu}; where it has none of that either, each
 * pod counts as one.
 */
final class LostWork {

    private static final String GPU = "gpu";

    private final String resource;
    private final Duration restartCost;
    private final Instant now;

    LostWork(ResourceVector capacity, Duration restartCost, Instant now) {
        this.restartCost = restartCost;
        this.now = now;
        if (capacity.amount(ResourceVector.ACCELERATORS) > 0) {
            resource = ResourceVector.ACCELERATORS;
        } else {
            resource = capacity.amount(GPU) > 0 ? GPU : "";
        }
    }

    /** What is lost of a gang that gives up these pods, in accelerator-milliseconds. */
    long millis(RunningJob run, List<PlacedPod> pods) {
        long accelerators = 0;
        for (PlacedPod pod : pods) {
            accelerators += resource.isEmpty() ? 1 : pod.request().amount(resource);
        }
        Duration each = run.unsaved(now).plus(restartCost);
        try {
            return Math.multiplyExact(accelerators, each.toMillis());
        } catch (ArithmeticException longerThanAnybodyRuns) {
            return Long.MAX_VALUE;
        }
    }

    static long sum(long left, long right) {
        return left > Long.MAX_VALUE - right ? Long.MAX_VALUE : left + right;
    }
}
