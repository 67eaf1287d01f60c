package dev.muster.scheduler.explain;

import dev.muster.scheduler.job.JobKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A rejection with what would help.
 *
 * @param suggestions changes to the job with which it would start now, each tried out
 * @param expectedStartAt when it will start if what runs ends at its walltime and nothing else comes; empty: nobody knows
 * @param waitsFor running jobs whose ends it waits for, or jobs that come before it; at most a few, the first to end first
 */
public record Explanation(
        Rejection rejection, List<String> suggestions, Optional<Instant> expectedStartAt, List<JobKey> waitsFor) {

    public Explanation {
        suggestions = List.copyOf(suggestions);
        waitsFor = List.copyOf(waitsFor);
    }

    /** A rejection about which nothing more is known. */
    public static Explanation of(Rejection rejection) {
        return new Explanation(rejection, List.of(), Optional.empty(), List.of());
    }
}
