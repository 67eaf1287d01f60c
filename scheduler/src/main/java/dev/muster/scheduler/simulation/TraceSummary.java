package dev.muster.scheduler.simulation;

import java.util.List;

/**
 * A simulated trace in numbers. Means are over jobs; percentiles are by nearest rank.
 *
 * @param avgJctSeconds from submission to end
 * @param queuedJobs that waited at all
 * @param makespanSeconds from the first submission to the last end
 * @param utilization the part of all accelerators over the makespan that jobs held
 * @param decisions cycles of the scheduler
 * @param decisionMicros how long a cycle took
 * @param wallSeconds how long the simulation took
 */
public record TraceSummary(
        int jobs,
        double avgJctSeconds,
        double avgQueueSeconds,
        long p50QueueSeconds,
        long p90QueueSeconds,
        long p99QueueSeconds,
        long maxQueueSeconds,
        int queuedJobs,
        long makespanSeconds,
        double utilization,
        long preemptions,
        long decisions,
        double decisionsPerSecond,
        Micros decisionMicros,
        double wallSeconds) {

    /** How long something took, in microseconds. */
    public record Micros(double p50, double p99, double max) {

        /** From times in nanoseconds. */
        public static Micros of(Percentiles nanos) {
            return new Micros(nanos.at(50) / 1e3, nanos.at(99) / 1e3, nanos.max() / 1e3);
        }
    }

    /**
     * Adds it all up.
     *
     * @param heldSeconds accelerators x seconds that jobs held
     * @param cycleNanos how long each cycle took
     */
    static TraceSummary of(
            List<JobTimes> jobs, long accelerators, long heldSeconds, Percentiles cycleNanos, long wallNanos) {
        Percentiles queue = new Percentiles();
        double completion = 0;
        double waited = 0;
        int queued = 0;
        long preemptions = 0;
        long first = Long.MAX_VALUE;
        long last = 0;
        for (JobTimes job : jobs) {
            queue.add(job.queueSeconds());
            completion += job.completionSeconds();
            waited += job.queueSeconds();
            queued += job.queueSeconds() > 0 ? 1 : 0;
            preemptions += job.preemptions();
            first = Math.min(first, job.job().submitSeconds());
            last = Math.max(last, job.endSeconds());
        }
        long makespan = jobs.isEmpty() ? 0 : last - first;
        double wallSeconds = wallNanos / 1e9;
        return new TraceSummary(
                jobs.size(),
                jobs.isEmpty() ? 0 : completion / jobs.size(),
                jobs.isEmpty() ? 0 : waited / jobs.size(),
                queue.at(50),
                queue.at(90),
                queue.at(99),
                queue.max(),
                queued,
                makespan,
                makespan == 0 ? 0 : heldSeconds / ((double) accelerators * makespan),
                preemptions,
                cycleNanos.count(),
                wallNanos == 0 ? 0 : cycleNanos.count() / wallSeconds,
                Micros.of(cycleNanos),
                wallSeconds);
    }
}
