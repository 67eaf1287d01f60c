package dev.muster.scheduler.cycle;

import dev.muster.scheduler.workload.RunningJob;
import java.util.Optional;

/**
 * A gang that gives way.
 *
 * @param victim as it ran
 * @param left what goes on of an elastic gang that only gives up some pods; empty: the whole gang is stopped
 */
public record Preemption(RunningJob victim, Optional<RunningJob> left) {}
