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
    private int passed;

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

    /** The head has had its turn; it may be gone from the cohort by now. Answers how many behind it are passed over for their length. */
    int advance() {
        NavigableSet<WaitingJob> jobs = cohort.jobs();
        int before = passed;
        WaitingJob next = head == null ? null : jobs.higher(head);
        while (next != null && isTooLong(next)) {
            passed++;
            next = jobs.higher(next);
        }
        head = next;
        return passed - before;
    }

    /**
     * The head runs too long for what is free until somebody else's start; those that run as long need no turn. Answers how many are
     * passed over, the head too.
     */
    int advancePastLonger() {
        if (head == null) {
            return 0;
        }
        tooLong = isTooLong(head) ? tooLong : length(head);
        passed++;
        return 1 + advance();
    }

    private boolean isTooLong(WaitingJob job) {
        return tooLong != null && length(job).compareTo(tooLong) >= 0;
    }

    private static Duration length(WaitingJob job) {
        return job.walltime().orElse(ENDLESS);
    }

    /** Jobs of the cohort that still wait, without those passed over. */
    int waiting() {
        return cohort.jobs().size() - passed;
    }
}
