package dev.muster.controller.scheduling;

import dev.muster.scheduler.job.JobSpec;

/** What one turn may write: so many jobs, and as many bytes as fit into one transaction of the store. At least one job always fits. */
final class TurnBudget {

    private final int mostJobs;
    private int jobs;
    private long bytes;

    TurnBudget(int mostJobs) {
        this.mostJobs = mostJobs;
    }

    /** Whether the job can start or stop in this turn; then it counts. */
    boolean takes(JobSpec job) {
        long more = StoredSize.ofStart(job);
        if (jobs > 0 && (jobs >= mostJobs || bytes + more > StoredSize.MOST_A_TURN)) {
            return false;
        }
        jobs++;
        bytes += more;
        return true;
    }
}
