package dev.muster.scheduler.queue;

import dev.muster.scheduler.job.JobKey;
import java.time.Instant;

/**
 * The job of a queue that comes first there.
 *
 * @param guaranteed whether the queue stays within its guaranteed share when the job starts
 * @param submittedAt the earlier goes first among equal jobs
 */
public record Head(boolean guaranteed, int priority, Instant submittedAt, JobKey key) {}
