package dev.muster.controller.state;

import dev.muster.controller.state.Effect.ForgetGang;
import dev.muster.controller.state.Effect.PlaceAgain;
import dev.muster.controller.state.Effect.ReleaseHosts;
import dev.muster.controller.state.Effect.ReleaseSpare;
import dev.muster.controller.state.Effect.StopGang;
import dev.muster.controller.state.JobEvent.Severity;
import dev.muster.controller.state.LifecycleEvent.CheckpointSaved;
import dev.muster.controller.state.LifecycleEvent.GangRunning;
import dev.muster.controller.state.LifecycleEvent.GangStopped;
import dev.muster.controller.state.LifecycleEvent.GangSucceeded;
import dev.muster.controller.state.LifecycleEvent.HangDetected;
import dev.muster.controller.state.LifecycleEvent.HostDraining;
import dev.muster.controller.state.LifecycleEvent.HostFaulted;
import dev.muster.controller.state.LifecycleEvent.HostLost;
import dev.muster.controller.state.LifecycleEvent.OfAttempt;
import dev.muster.controller.state.LifecycleEvent.Preempted;
import dev.muster.controller.state.LifecycleEvent.ProgressReported;
import dev.muster.controller.state.LifecycleEvent.ProofAwaited;
import dev.muster.controller.state.LifecycleEvent.RankFailed;
import dev.muster.controller.state.LifecycleEvent.RoomToGrow;
import dev.muster.controller.state.LifecycleEvent.SpareGone;
import dev.muster.controller.state.LifecycleEvent.StartHindered;
import dev.muster.controller.state.LifecycleEvent.StartOverdue;
import dev.muster.controller.state.LifecycleEvent.WalltimeReached;
import dev.muster.controller.state.StopCause.Kind;
import dev.muster.scheduler.job.CheckpointSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.SortedSet;

/** What happens to a job while an attempt holds hosts: STARTING, RUNNING or STOPPING. */
final class AttemptLifecycle {

    /** Between TERM and KILL for a gang that is broken anyway. */
    static final Duration BROKEN_TERM_GRACE = Duration.ofSeconds(2);

    /** Between TERM and KILL for a gang that works. */
    static final Duration PLANNED_TERM_GRACE = Duration.ofSeconds(10);

    private final JobRecord record;
    private final JobStatus status;
    private final PlacementRecord placement;
    private final Instant now;

    AttemptLifecycle(JobRecord record, PlacementRecord placement, Instant now) {
        this.record = record;
        this.status = record.status();
        this.placement = placement;
        this.now = now;
    }

    Transition on(OfAttempt event) {
        if (event instanceof ProgressReported reported) {
            return progressReported(reported.progress());
        }
        if (event instanceof GangRunning) {
            return gangRunning();
        }
        if (event instanceof GangSucceeded) {
            return gangSucceeded();
        }
        if (event instanceof GangStopped) {
            return gangStopped();
        }
        if (event instanceof RankFailed failed) {
            return rankFailed(failed);
        }
        if (event instanceof HangDetected hang) {
            return hangDetected(hang);
        }
        if (event instanceof StartOverdue overdue) {
            return startOverdue(overdue);
        }
        if (event instanceof StartHindered hindered) {
            return startHindered(hindered);
        }
        if (event instanceof ProofAwaited awaited) {
            return proofAwaited(awaited);
        }
        if (event instanceof CheckpointSaved saved) {
            return checkpointSaved(saved.checkpoint());
        }
        if (event instanceof RoomToGrow) {
            return roomToGrow();
        }
        if (event instanceof WalltimeReached) {
            return walltimeReached();
        }
        if (event instanceof Preempted preempted) {
            return stop("Preempted", StopCause.of(Kind.PREEMPTION, "gives way to " + preempted.by()));
        }
        return onHost(event);
    }

    private Transition onHost(OfAttempt event) {
        if (event instanceof HostLost lost) {
            return hostLost(lost);
        }
        if (event instanceof HostFaulted faulted) {
            return hostFaulted(faulted);
        }
        if (event instanceof HostDraining draining) {
            return hostDraining(draining);
        }
        if (event instanceof SpareGone gone) {
            return spareGone(status, gone.host(), gone.message());
        }
        throw JobInvariants.broken(record, "there is no rule for " + event);
    }

    private Transition progressReported(Progress reported) {
        Progress known = status.progress().map(reported::after).orElse(reported);
        return changed(status.withProgress(known));
    }

    /** Only the host whose rank wrote the checkpoint can see it; the others need not wait for their grace to pass. */
    private Transition checkpointSaved(long checkpoint) {
        boolean waits = status.stopping()
                .filter(cause -> stopGang(cause.kind()).checkpointFirst())
                .isPresent();
        return waits
                ? unchanged()
                        .announce(
                                "Saved", Severity.INFO, "checkpoint " + checkpoint + " saved; the ranks are ended now")
                        .then(new StopGang(epoch(), false, PLANNED_TERM_GRACE))
                : unchanged();
    }

    private Transition gangRunning() {
        if (record.phase() != JobPhase.STARTING) {
            return unchanged();
        }
        String what = "every rank of attempt " + epoch() + " runs";
        return changed(status.running(what)).with(placement.running(now)).announce("Running", Severity.INFO, what);
    }

    /**
     * Ranks that all ended well have finished, even while they are being stopped. One exception: a gang that may have
     * been asked to save and stop can answer with exit code 0 half-way. Unless its progress says that every step is
     * done it is taken for stopped: training that was complete ends at once in the next attempt, but training that was not
     * must not be lost.
     */
    private Transition gangSucceeded() {
        boolean mayHaveBeenAskedToSave = status.stopping().isPresent() && canSave();
        boolean complete = status.progress().filter(Progress::isComplete).isPresent();
        if (mayHaveBeenAskedToSave && !complete) {
            return gangStopped();
        }
        return end(JobPhase.FINISHED, status.restarts(), "every rank ended with exit code 0");
    }

    /**
     * While the gang is being stopped for something else, failing ranks are a consequence of it. While it is being stopped
     * for a rank that failed, another one may turn out to have been the cause.
     */
    private Transition rankFailed(RankFailed failed) {
        boolean otherwise = status.stopping()
                .filter(cause -> cause.kind() != Kind.APPLICATION_FAILURE)
                .isPresent();
        return otherwise
                ? unchanged()
                : stop("RankFailed", StopCause.of(Kind.APPLICATION_FAILURE, Wording.failure(failed), Blame.of(failed)));
    }

    private Transition hangDetected(HangDetected hang) {
        String what = "no progress for " + Wording.duration(hang.silence());
        return record.phase() == JobPhase.RUNNING
                ? stop("HangDetected", StopCause.of(Kind.HANG, what, Blame.ofHang()))
                : unchanged();
    }

    private Transition startOverdue(StartOverdue overdue) {
        String what = "not every rank runs " + Wording.duration(overdue.waited())
                + " after it was placed (restart.startWithin); missing on " + Wording.hosts(overdue.hosts());
        return record.phase() == JobPhase.STARTING
                ? stop(
                        "StartOverdue",
                        StopCause.of(Kind.SLOW_START, Wording.line(what), Blame.ofSlowStart(overdue.hosts())))
                : unchanged();
    }

    /** Nothing to act on: an image may be pulled at the tenth try, and {@code restart.startWithin} bounds it. */
    private Transition startHindered(StartHindered hindered) {
        String what = Wording.because("cannot start on " + hindered.host(), hindered.message());
        return record.phase() == JobPhase.STARTING
                ? changed(status.saying(what)).announce("StartHindered", Severity.WARNING, what)
                : unchanged();
    }

    private Transition proofAwaited(ProofAwaited awaited) {
        String what = Wording.line(awaited.message());
        return record.phase() == JobPhase.STOPPING
                ? changed(status.saying(what)).announce("ProofAwaited", Severity.WARNING, what)
                : unchanged();
    }

    private Transition roomToGrow() {
        int asked = record.spec().gang().hosts();
        String what = "room for more than " + placement.hosts().size() + " of " + asked + " hosts";
        boolean shrunk = placement.hosts().size() < asked;
        return record.phase() == JobPhase.RUNNING && shrunk
                ? stop("Growing", StopCause.of(Kind.GROWTH, what))
                : unchanged();
    }

    private Transition walltimeReached() {
        String bound = record.spec().walltime().map(Wording::duration).orElse("of the job");
        return stop("WalltimeReached", StopCause.of(Kind.WALLTIME, "walltime " + bound + " reached"));
    }

    private Transition hostLost(HostLost lost) {
        String why = Wording.because("host " + lost.host() + " lost", lost.message());
        return hostGone(status, "HostLost", lost.host(), StopCause.of(Kind.HOST_LOST, lost.host(), why));
    }

    private Transition hostFaulted(HostFaulted faulted) {
        String host = faulted.host();
        String why = Wording.because("host " + host + " is broken", faulted.message());
        return hostGone(status.avoiding(host), "HostFaulted", host, StopCause.of(Kind.HOST_FAULT, host, why));
    }

    private Transition hostDraining(HostDraining draining) {
        String why = Wording.because("host " + draining.host() + " is being drained", draining.message());
        return hostGone(status, "HostDraining", draining.host(), StopCause.of(Kind.DRAIN, draining.host(), why));
    }

    private Transition hostGone(JobStatus base, String announcement, String host, StopCause cause) {
        if (placement.hasSpare(host)) {
            return spareGone(base, host, cause.message());
        }
        return placement.runsOn(host) ? stop(base, announcement, cause) : unchanged();
    }

    private Transition spareGone(JobStatus base, String host, String message) {
        if (!placement.hasSpare(host)) {
            return unchanged();
        }
        return changed(base)
                .with(placement.withoutSpare(host))
                .announce("SpareGone", Severity.WARNING, Wording.because("spare " + host + " is gone", message))
                .then(new ReleaseSpare(epoch(), host));
    }

    /** Begins to stop the gang, or adds the cause to those it is being stopped for. */
    Transition stop(String announcement, StopCause cause) {
        return stop(status, announcement, cause);
    }

    private Transition stop(JobStatus base, String announcement, StopCause cause) {
        if (status.stopping().isEmpty()) {
            return changed(base.stopping(cause))
                    .announce(announcement, severity(cause.kind()), cause.message())
                    .then(stopGang(cause.kind()));
        }
        StopCause before = status.stopping().get();
        JobStatus next = base.stopping(before.and(cause));
        if (next.equals(status)) {
            return unchanged();
        }
        Transition merged = changed(next).announce(announcement, severity(cause.kind()), cause.message());
        StopGang sent = stopGang(before.kind());
        StopGang due = stopGang(before.and(cause).kind());
        return due.isSoonerThan(sent) ? merged.then(due) : merged;
    }

    private Transition gangStopped() {
        StopCause cause = status.stopping().orElseGet(AttemptLifecycle::endedUnasked);
        RestartHistory history = status.restarts();
        return switch (cause.kind()) {
            case CANCELLATION -> end(JobPhase.CANCELLED, history, cause.message());
            case WALLTIME -> end(JobPhase.FAILED, history, cause.message());
            case APPLICATION_FAILURE, SLOW_START, HANG -> restartWithin(afterApplicationFailure(cause), cause);
            case HOST_FAULT, HOST_LOST -> restartWithin(history.infrastructureFailed(), cause);
            case DRAIN, GROWTH -> placeAgain(history, cause);
            case PREEMPTION -> backToQueue(cause);
        };
    }

    /** Agents that were cut off for too long end their ranks by themselves: nothing the application did. */
    private static StopCause endedUnasked() {
        return StopCause.of(
                Kind.HOST_LOST, "its ranks ended without being told; agents do that when cut off from all controllers");
    }

    private RestartHistory afterApplicationFailure(StopCause cause) {
        long checkpoint = status.progress().map(Progress::checkpoint).orElse(0L);
        Blame blame = cause.blame().orElseGet(Blame::ofHang);
        return status.restarts()
                .applicationFailed(now, checkpoint, record.spec().restart().fuse(), blame);
    }

    private Transition restartWithin(RestartHistory history, StopCause cause) {
        boolean judgesProgress =
                status.progress().filter(known -> known.checkpoint() > 0).isPresent()
                        || cause.kind() == Kind.SLOW_START;
        return history.exceeded(record.spec().restart(), judgesProgress)
                .map(bound -> end(JobPhase.FAILED, history, Wording.line(bound + "; last: " + cause.message())))
                .orElseGet(() -> placeAgain(history, cause));
    }

    private Transition placeAgain(RestartHistory history, StopCause cause) {
        SortedSet<String> without = RecoveryLadder.mustLeave(status, cause);
        SortedSet<String> suspects = RecoveryLadder.suspects(status.restarts(), history);
        return attemptEnded(status.waitingAgain(history, cause.message()), cause.message())
                .then(new ForgetGang(epoch()), new PlaceAgain(epoch(), without, suspects));
    }

    /** Another job needs the very hosts, so there is no going back to them. */
    private Transition backToQueue(StopCause cause) {
        return attemptEnded(status.waitingAgain(status.restarts(), cause.message()), cause.message())
                .then(new ReleaseHosts(epoch()), new ForgetGang(epoch()));
    }

    private Transition attemptEnded(JobStatus next, String why) {
        return changed(next)
                .with(placement.ended(now, why))
                .announce("AttemptEnded", Severity.INFO, "attempt " + epoch() + " has stopped everywhere");
    }

    private Transition end(JobPhase phase, RestartHistory history, String how) {
        Severity severity = phase == JobPhase.FAILED ? Severity.ERROR : Severity.INFO;
        return changed(status.ended(phase, history, now, how))
                .with(placement.ended(now, how))
                .announce(Wording.title(phase), severity, how)
                .then(new ReleaseHosts(epoch()), new ForgetGang(epoch()));
    }

    /** The order to stop that was given for this job in STOPPING, once more. */
    static StopGang stopAgain(JobRecord record, PlacementRecord placement) {
        Kind kind = record.status().stopping().orElseThrow().kind();
        return new AttemptLifecycle(record, placement, placement.placedAt()).stopGang(kind);
    }

    /** Depends on nothing but the records and the kind, so that it can be given again after a restart. */
    private StopGang stopGang(Kind kind) {
        boolean savesFirst = kind.isPlanned() && kind != Kind.CANCELLATION && canSave();
        return new StopGang(epoch(), savesFirst, kind.isPlanned() ? PLANNED_TERM_GRACE : BROKEN_TERM_GRACE);
    }

    /** A rank that has not run yet has nothing to save, and may still die of the signal. */
    private boolean canSave() {
        return placement.runningAt().isPresent()
                && record.spec().checkpoint().flatMap(CheckpointSpec::signal).isPresent();
    }

    private static Severity severity(Kind kind) {
        return kind == Kind.CANCELLATION ? Severity.INFO : Severity.WARNING;
    }

    private int epoch() {
        return placement.attempt();
    }

    private Transition changed(JobStatus next) {
        return Transition.to(record.with(next));
    }

    private Transition unchanged() {
        return Transition.unchanged(record);
    }
}
