package dev.muster.scheduler.simulation;

import java.util.List;

/**
 * A simulated trace.
 *
 * @param jobs in the order of the file
 */
public record TraceOutcome(List<JobTimes> jobs, TraceSummary summary) {

    public TraceOutcome {
        jobs = List.copyOf(jobs);
    }
}
