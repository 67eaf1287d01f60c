package dev.muster.scheduler.job;

import java.time.Duration;
import java.util.Optional;

/**
 * How often and how fast a job is put back to work.
 *
 * @param maxRestarts application failures after which the job has failed; lost hosts do not count
 * @param maxInfrastructureRestarts lost and broken hosts after which the job has failed
 * @param fuse stops a crash loop before the budget is spent
 * @param hangAfter the least silence of the progress file that counts as a hang; learned values only lengthen it
 * @param startWithin how long after a gang was placed every rank must run
 * @param isolationTimeout how long ranks cut off from every controller go on before their agent kills them; empty: the
 *     cluster's
 */
public record RestartSpec(
        int maxRestarts,
        int maxInfrastructureRestarts,
        Fuse fuse,
        Duration hangAfter,
        Duration startWithin,
        Optional<Duration> isolationTimeout) {

    /** The job has failed when it fails {@code failures} times {@code within} this long without a newer checkpoint, or so often in the same way. */
    public record Fuse(int failures, Duration within) {}

    /**
     * Only a safety net against a restart that never ends: 131,072 hosts with 6.5 failures per 1,000 host-days fail 852 times a
     * day, so the largest job reaches it after four months.
     */
    private static final int INFRASTRUCTURE_RESTARTS = 100_000;

    public static final RestartSpec DEFAULT = new RestartSpec(
            50,
            INFRASTRUCTURE_RESTARTS,
            new Fuse(3, Duration.ofMinutes(10)),
            Duration.ofMinutes(10),
            Duration.ofMinutes(10),
            Optional.empty());
}
