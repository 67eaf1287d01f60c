package dev.muster.controller.state;

import dev.muster.scheduler.job.JobKey;
import dev.muster.scheduler.job.JobSpec;
import java.time.Instant;

/**
 * A job as the store keeps it: what never changes, and where it is now.
 *
 * @param uid new for each submission, so that a name used again is another job
 * @param submissionId made by the client; the same one again is the same submission
 */
public record JobRecord(String uid, String submissionId, Instant submittedAt, JobSpec spec, JobStatus status) {

    public JobKey key() {
        return spec.key();
    }

    public JobPhase phase() {
        return status.phase();
    }

    public JobRecord with(JobStatus next) {
        return new JobRecord(uid, submissionId, submittedAt, spec, next);
    }
}
