package dev.muster.scheduler.simulation;

/**
 * What became of a job of a trace; times in seconds since the trace's start.
 *
 * @param startSeconds of its first run
 * @param endSeconds when it had done its work
 * @param queueSeconds that it waited, before its first run and after each stop
 * @param hosts that it held in its last run
 * @param preemptions how often it was stopped or moved for others
 */
public record JobTimes(
        TraceJob job, long startSeconds, long endSeconds, long queueSeconds, int hosts, int preemptions) {

    /** From its submission to its end. */
    public long completionSeconds() {
        return endSeconds - job.submitSeconds();
    }
}
