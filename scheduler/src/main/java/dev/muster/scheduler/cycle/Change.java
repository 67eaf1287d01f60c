package dev.muster.scheduler.cycle;

import dev.muster.scheduler.workload.RunningJob;

/** A gang that goes on with other pods than before: it is moved, repaired, or has grown. */
public record Change(RunningJob before, RunningJob after) {}
