package dev.muster.controller.state;

import java.time.Instant;
import java.util.Optional;
import java.util.SortedSet;

/**
 * The part of a job that changes.
 *
 * @param held whether it waits for its user; only while PENDING
 * @param attempt the number of the latest attempt, which is its fencing epoch too; 0 before the first
 * @param firstPlacedAt when the first attempt was placed
 * @param finishedAt when it became terminal
 * @param stopping why, while STOPPING
 * @param restarts what counts against its budgets
 * @param avoidHosts hosts that are not used again for this job
 * @param progress the last that is known, over all attempts
 * @param message one line for people: what it does now or how it ended; empty while it simply waits
 */
public record JobStatus(
        JobPhase phase,
        boolean held,
        int attempt,
        Optional<Instant> firstPlacedAt,
        Optional<Instant> finishedAt,
        Optional<StopCause> stopping,
        RestartHistory restarts,
        SortedSet<String> avoidHosts,
        Optional<Progress> progress,
        String message) {}
