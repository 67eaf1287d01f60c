package dev.muster.controller.state;

import java.time.Instant;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * The part of a job that changes.
 *
 * @param held whether it waits for its user; only while PENDING
 * @param attempt the number of the latest attempt, which is its fencing epoch too; 0 before the first
 * @param firstPlacedAt when the first attempt was placed
 * @param finishedAt when it became terminal
 * @param stopping why, while STOPPING
 * @param restarts what counts against its budgets
 * @param avoidHosts hosts that had a fatal fault under this job; not used again for it until they are released
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
        String message) {

    public JobStatus {
        avoidHosts = Collections.unmodifiableSortedSet(new TreeSet<>(avoidHosts));
    }

    /** A job that was just submitted. */
    static JobStatus submitted() {
        return new JobStatus(
                JobPhase.PENDING,
                false,
                0,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                RestartHistory.NONE,
                Collections.emptySortedSet(),
                Optional.empty(),
                "");
    }

    JobStatus placed(int nextAttempt, Instant at, String what) {
        return new JobStatus(
                JobPhase.STARTING,
                false,
                nextAttempt,
                firstPlacedAt.or(() -> Optional.of(at)),
                finishedAt,
                Optional.empty(),
                restarts,
                avoidHosts,
                progress,
                what);
    }

    JobStatus running(String what) {
        return in(JobPhase.RUNNING, Optional.empty(), restarts, Optional.empty(), what);
    }

    JobStatus stopping(StopCause cause) {
        return in(JobPhase.STOPPING, Optional.of(cause), restarts, Optional.empty(), cause.message());
    }

    JobStatus waitingAgain(RestartHistory history, String why) {
        return in(JobPhase.PENDING, Optional.empty(), history, Optional.empty(), why);
    }

    JobStatus ended(JobPhase end, RestartHistory history, Instant at, String how) {
        return in(end, Optional.empty(), history, Optional.of(at), how);
    }

    private JobStatus in(
            JobPhase next, Optional<StopCause> cause, RestartHistory history, Optional<Instant> end, String what) {
        return new JobStatus(next, false, attempt, firstPlacedAt, end, cause, history, avoidHosts, progress, what);
    }

    JobStatus withHeld(boolean holds) {
        return new JobStatus(
                phase,
                holds,
                attempt,
                firstPlacedAt,
                finishedAt,
                stopping,
                restarts,
                avoidHosts,
                progress,
                holds ? "held by its user" : "");
    }

    JobStatus saying(String what) {
        return new JobStatus(
                phase, held, attempt, firstPlacedAt, finishedAt, stopping, restarts, avoidHosts, progress, what);
    }

    JobStatus with(RestartHistory history) {
        return new JobStatus(
                phase, held, attempt, firstPlacedAt, finishedAt, stopping, history, avoidHosts, progress, message);
    }

    JobStatus withProgress(Progress latest) {
        return new JobStatus(
                phase,
                held,
                attempt,
                firstPlacedAt,
                finishedAt,
                stopping,
                restarts,
                avoidHosts,
                Optional.of(latest),
                message);
    }

    JobStatus avoiding(String host) {
        return withAvoidHosts(hosts -> hosts.add(host));
    }

    JobStatus notAvoiding(String host) {
        return withAvoidHosts(hosts -> hosts.remove(host));
    }

    private JobStatus withAvoidHosts(Consumer<SortedSet<String>> change) {
        SortedSet<String> hosts = new TreeSet<>(avoidHosts);
        change.accept(hosts);
        return new JobStatus(
                phase, held, attempt, firstPlacedAt, finishedAt, stopping, restarts, hosts, progress, message);
    }
}
