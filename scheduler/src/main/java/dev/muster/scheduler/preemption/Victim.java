package dev.muster.scheduler.preemption;

import dev.muster.scheduler.workload.RunningJob;
import java.util.Optional;

/**
 * A gang that gives way.
 *
 * @param left what goes on of an elastic gang that only gives up some pods; empty: all of it is stopped
 */
public record Victim(RunningJob run, Optional<RunningJob> left) {}
