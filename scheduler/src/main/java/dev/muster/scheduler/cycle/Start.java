package dev.muster.scheduler.cycle;

import dev.muster.scheduler.job.JobKey;
import dev.muster.scheduler.job.ResourceVector;
import dev.muster.scheduler.placement.Placement;

/**
 * A job that starts.
 *
 * @param perHost what each host and spare of the placement holds
 * @param queue what the whole gang is charged to
 */
public record Start(JobKey key, String queue, Placement placement, ResourceVector perHost) {

    /** What the queue is charged. */
    public ResourceVector charge() {
        return placement.total(perHost);
    }
}
