package dev.muster.scheduler.cycle;

import dev.muster.scheduler.workload.Cohort;
import dev.muster.scheduler.workload.WaitingJob;
import java.time.Duration;
import java.util.NavigableSet;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The jobs of a cohort on their way through one cycle. */
final class Line {

    private static final Duration ENDLESS = Duration.ofSeconds(Long.MAX_VALUE);

    private final Cohort cohort;
    private @Nullable WaitingJob head;
    private @Nullable Duration tooLong;

    Line(Cohort cohort) {
        this.cohort = cohort;
        this.head = cohort.jobs().isEmpty() ? null : cohort.jobs().first();
    }

    String queue() {
        return cohort.queue();
    }

    Optional<WaitingJob> head() {
        return Optional.ofNullable(head);
    }

    /** The head has had its turn; it may be gone from the cohort by now. */
    void advance() {
        NavigableSet<WaitingJob> jobs = cohort.jobs();
        WaitingJob next = head;
        do {
            next = next == null ? null : jobs.higher(next);
        } while (next != null && isTooLong(next));
        head = next;
    }

    /** The head runs too long for what is free until somebody else's start; those that run as long need no turn. */
    void advancePastLonger() {
        if (head != null) {
            tooLong = isTooLong(head) ? tooLong : length(head);
            advance();
        }
    }

    private boolean isTooLong(WaitingJob job) {
        return tooLong != null && length(job).compareTo(tooLong) >= 0;
    }

    private static Duration length(WaitingJob job) {
        return job.walltime().orElse(ENDLESS);
    }

    /** Jobs of the cohort that still wait. */
    int waiting() {
        return cohort.jobs().size();
    }
}
