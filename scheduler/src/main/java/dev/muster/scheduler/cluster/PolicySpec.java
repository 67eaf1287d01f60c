package dev.muster.scheduler.cluster;

import java.time.Duration;
import java.util.Optional;

/**
 * How a cluster shares its hosts, as its file says.
 *
 * @param preemption whether jobs may be stopped for others
 * @param consolidation whether movable jobs may be moved for others
 * @param backfill whether others may run around a job that is planned for later
 * @param priorityAcrossQueues whether a strictly higher priority may preempt what other queues have borrowed
 * @param restartCost what a stop costs a gang beyond its unsaved work, in time of each of its accelerators
 * @param halfLife after which former use counts half in fair shares; empty: only present use counts
 */
public record PolicySpec(
        boolean preemption,
        boolean consolidation,
        boolean backfill,
        boolean priorityAcrossQueues,
        Duration restartCost,
        Optional<Duration> halfLife) {

    /** What holds for a cluster that says nothing. */
    public static final PolicySpec DEFAULT =
            new PolicySpec(true, false, true, false, Duration.ofMinutes(5), Optional.empty());
}
