package dev.muster.scheduler.job;

import java.time.Duration;
import java.util.Optional;

/**
 * How often and how fast a job is put back to work.
 *
 * @param maxRestarts application failures after which the job has failed; lost hosts do not count
 * @param fuse stops a crash loop before the budget is spent
 * @param hangAfter the least silence of the progress file that counts as a hang; learned values only lengthen it
 * @param startWithin how long after a gang was placed every rank must run
 * @param isolationTimeout how long ranks cut off from every controller go on before their agent kills them; empty: the
 *     cluster's
 */
public record RestartSpec(
        int maxRestarts, Fuse fuse, Duration hangAfter, Duration startWithin, Optional<Duration> isolationTimeout) {

    /** The job has failed when it fails {@code failures} times {@code within} this long without a newer checkpoint, or so often in the same way. */
    public record Fuse(int failures, Duration within) {}

    public static final RestartSpec DEFAULT = new RestartSpec(
            50, new Fuse(3, Duration.ofMinutes(10)), Duration.ofMinutes(10), Duration.ofMinutes(10), Optional.empty());
}
