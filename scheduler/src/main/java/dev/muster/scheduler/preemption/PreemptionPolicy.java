package dev.muster.scheduler.preemption;

import java.time.Duration;

/**
 * What may be done to running gangs for others.
 *
 * @param preemption whether they may be stopped, or lose pods above their minimum
 * @param consolidation whether movable ones may be moved
 * @param priorityAcrossQueues whether a strictly higher priority may preempt what other queues have borrowed
 * @param elasticity whether elastic ones may go on with fewer pods
 * @param restartCost what a stop costs a gang beyond its unsaved work, in time of each of its accelerators
 */
public record PreemptionPolicy(
        boolean preemption,
        boolean consolidation,
        boolean priorityAcrossQueues,
        boolean elasticity,
        Duration restartCost) {}
