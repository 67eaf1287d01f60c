package dev.muster.controller.state;

import dev.muster.controller.state.Effect.ForgetGang;
import dev.muster.controller.state.Effect.StartGang;
import dev.muster.controller.state.JobEvent.Severity;
import dev.muster.controller.state.LifecycleEvent.CancelRequested;
import dev.muster.controller.state.LifecycleEvent.GangStopped;
import dev.muster.controller.state.LifecycleEvent.HoldRequested;
import dev.muster.controller.state.LifecycleEvent.HostReleased;
import dev.muster.controller.state.LifecycleEvent.HostSuspected;
import dev.muster.controller.state.LifecycleEvent.OfAttempt;
import dev.muster.controller.state.LifecycleEvent.Placed;
import dev.muster.controller.state.LifecycleEvent.ReleaseRequested;
import dev.muster.scheduler.job.JobSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;

/**
 * The state machine of a job: one small method per event. Pure; whoever calls it stores the outcome first and then lets
 * its effects happen. {@link AttemptLifecycle} holds the events of an attempt.
 *
 * <pre>
 *             Placed              GangRunning
 *   PENDING ----------> STARTING -------------> RUNNING
 *      ^                   |                       |      GangSucceeded
 *      |                   +-- whatever stops it --+----------------------> FINISHED
 *      |                              |
 *      |        GangStopped           v
 *      +-------------------------- STOPPING ------------------------------> FAILED, CANCELLED
 * </pre>
 *
 * <p>Who is to blame. A dying host takes its peers with it, and they are usually heard first. So the first failure only
 * begins the stop; causes that arrive until {@link GangStopped} are merged, the strongest decides, and a rank that
 * fails while its gang is being stopped is a consequence that never counts.
 *
 * <p>An event that finds nothing to do (of an earlier attempt, or the same again) changes nothing. A request that
 * cannot be granted is answered with {@link Transition#refusal}. Only broken invariants throw
 * {@link IllegalStateException}.
 */
public final class JobLifecycle {

    /** A fault that is found this long after a failure on the same host was its cause. */
    public static final Duration BLAME_WINDOW = Duration.ofMinutes(5);

    private final JobRecord record;
    private final JobStatus status;
    private final Optional<PlacementRecord> latest;
    private final Instant now;

    private JobLifecycle(JobRecord record, Optional<PlacementRecord> latest, Instant now) {
        this.record = record;
        this.status = record.status();
        this.latest = latest;
        this.now = now;
    }

    /** The first record of a job. */
    public static Transition submitted(String uid, String submissionId, JobSpec spec, boolean held, Instant now) {
        JobRecord record = new JobRecord(
                uid, submissionId, now, spec, JobStatus.submitted().withHeld(held));
        String what = "submitted to queue " + spec.queue() + (held ? ", held" : "");
        return Transition.to(record).announce("Submitted", Severity.INFO, what);
    }

    /**
     * What follows from an event.
     *
     * @param placement the record of the job's latest attempt, ended or not; empty before the first
     * @throws IllegalStateException when record, placement and event cannot all be true
     */
    public static Transition on(
            JobRecord record, Optional<PlacementRecord> placement, LifecycleEvent event, Instant now) {
        JobInvariants.check(record, placement);
        return new JobLifecycle(record, placement, now).on(event);
    }

    /**
     * What must be done, or done again, for a job found in the store by a controller that has just started.
     *
     * <p>A RUNNING gang needs nothing: every host confirmed its ranks, and a host that no longer holds them has lost
     * them. Of a STARTING gang some hosts may not have heard yet: send {@link StartGang} to a host only once its agent
     * has registered and does not hold the run. A job that waits is placed by its queue.
     */
    public static List<Effect> resume(JobRecord record, Optional<PlacementRecord> placement) {
        JobInvariants.check(record, placement);
        return switch (record.phase()) {
            case STARTING -> List.of(new StartGang(placement.orElseThrow()));
            case RUNNING -> List.of();
            case STOPPING -> List.of(AttemptLifecycle.stopAgain(record, placement.orElseThrow()));
            case PENDING, FINISHED, FAILED, CANCELLED ->
                placement
                        .<List<Effect>>map(last -> List.of(new ForgetGang(last.attempt())))
                        .orElse(List.of());
        };
    }

    private Transition on(LifecycleEvent event) {
        if (event instanceof OfAttempt ofAttempt) {
            return ofAttempt(ofAttempt);
        }
        if (event instanceof Placed placed) {
            return placed(placed.placement(), placed.leftBehind());
        }
        if (event instanceof HostReleased released) {
            return hostReleased(released.host());
        }
        if (event instanceof HostSuspected suspected) {
            return hostSuspected(suspected);
        }
        if (event instanceof CancelRequested cancel) {
            return cancelRequested(cancel);
        }
        if (event instanceof HoldRequested) {
            return holdRequested();
        }
        if (event instanceof ReleaseRequested) {
            return releaseRequested();
        }
        throw JobInvariants.broken(record, "there is no rule for " + event);
    }

    private Transition ofAttempt(OfAttempt event) {
        boolean current = event.epoch() == status.attempt() && record.phase().holdsHosts();
        return current ? attempt().on(event) : Transition.unchanged(record);
    }

    private Transition placed(PlacementRecord next, SortedSet<String> leftBehind) {
        if (latest.filter(last -> last.attempt() == next.attempt()).isPresent()) {
            return Transition.unchanged(record);
        }
        requireNext(next);
        if (record.phase().isTerminal() || status.held()) {
            return refused("was placed, but it " + (status.held() ? "is held" : hasEnded()) + "; drop the placement");
        }
        String where = Wording.attempt(next, latest);
        JobStatus placedStatus = status.placed(next.attempt(), next.placedAt(), where);
        for (String suspect : leftBehind) {
            placedStatus = placedStatus.avoiding(suspect);
        }
        Transition placed = Transition.to(record.with(placedStatus)).with(next).then(new StartGang(next));
        if (latest.isEmpty()) {
            return placed.announce("Placed", Severity.INFO, where);
        }
        String because =
                leftBehind.isEmpty() ? "" : "; " + Wording.hosts(leftBehind) + " is suspect and not used again";
        String step = RecoveryLadder.taken(latest.get(), next).words();
        return placed.announce(
                        "Recovery",
                        Severity.INFO,
                        Wording.line(step + " after: " + latest.get().outcome() + because))
                .announce("Restarting", Severity.INFO, where + Wording.resumption(status.progress()));
    }

    /** Agents tell of faults when they find them, which may be after the gang has died of one and goes on elsewhere. */
    private Transition hostSuspected(HostSuspected suspected) {
        String host = suspected.host();
        boolean wasBlamed = status.restarts()
                .last()
                .filter(last -> last.hosts().contains(host)
                        && !last.at().plus(BLAME_WINDOW).isBefore(now))
                .isPresent();
        if (record.phase().isTerminal() || !wasBlamed) {
            return Transition.unchanged(record);
        }
        return Transition.to(
                        record.with(status.with(status.restarts().blameMoved()).avoiding(host)))
                .announce(
                        "BlameMoved",
                        Severity.INFO,
                        Wording.because(
                                "the last failure is held against host " + host + ", not against the job",
                                suspected.message()));
    }

    private void requireNext(PlacementRecord next) {
        int attempt = status.attempt() + 1;
        JobInvariants.check(record, next.jobUid().equals(record.uid()), "its own placement, not of " + next.jobUid());
        JobInvariants.check(record, !record.phase().holdsHosts(), "one attempt at a time that holds hosts");
        JobInvariants.check(
                record, next.attempt() == attempt, "attempt " + attempt + " as its next one, not " + next.attempt());
        JobInvariants.check(record, !next.hosts().isEmpty(), "hosts in its placement");
    }

    private Transition hostReleased(String host) {
        if (record.phase().isTerminal() || !status.avoidHosts().contains(host)) {
            return Transition.unchanged(record);
        }
        return Transition.to(record.with(status.notAvoiding(host)))
                .announce("HostReleased", Severity.INFO, host + " may be used again");
    }

    private Transition cancelRequested(CancelRequested cancel) {
        if (record.phase().isTerminal()) {
            return refused(hasEnded() + "; there is nothing to cancel");
        }
        StopCause cause = StopCause.of(StopCause.Kind.CANCELLATION, Wording.because("cancelled", cancel.message()));
        if (record.phase().holdsHosts()) {
            return attempt().stop("CancelRequested", cause);
        }
        return Transition.to(record.with(status.ended(JobPhase.CANCELLED, status.restarts(), now, cause.message())))
                .announce("Cancelled", Severity.INFO, cause.message());
    }

    private Transition holdRequested() {
        if (record.phase().isTerminal()) {
            return refused(hasEnded() + "; there is nothing to hold");
        }
        if (record.phase() != JobPhase.PENDING) {
            return refused("is " + record.phase() + "; only a job that waits can be held: cancel it instead");
        }
        if (status.held()) {
            return Transition.unchanged(record);
        }
        return Transition.to(record.with(status.withHeld(true))).announce("Held", Severity.INFO, "held by its user");
    }

    private Transition releaseRequested() {
        if (record.phase().isTerminal()) {
            return refused(hasEnded() + "; there is nothing to release");
        }
        if (!status.held()) {
            return Transition.unchanged(record);
        }
        return Transition.to(record.with(status.withHeld(false)))
                .announce("Released", Severity.INFO, "released by its user; waits to be placed");
    }

    private AttemptLifecycle attempt() {
        return new AttemptLifecycle(record, latest.orElseThrow(), now);
    }

    private Transition refused(String why) {
        return Transition.refused(record, "Job " + record.key() + " " + why);
    }

    private String hasEnded() {
        return "has already ended as " + record.phase();
    }
}
