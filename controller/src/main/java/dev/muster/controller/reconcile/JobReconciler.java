package dev.muster.controller.reconcile;

import dev.muster.controller.model.ClusterModel;
import dev.muster.controller.model.Turn;
import dev.muster.controller.scheduling.GangScheduling;
import dev.muster.controller.scheduling.GangScheduling.Repaired;
import dev.muster.controller.state.Effect;
import dev.muster.controller.state.Effect.ForgetGang;
import dev.muster.controller.state.Effect.PlaceAgain;
import dev.muster.controller.state.Effect.ReleaseHosts;
import dev.muster.controller.state.Effect.ReleaseSpare;
import dev.muster.controller.state.Effect.StartGang;
import dev.muster.controller.state.Effect.StopGang;
import dev.muster.controller.state.JobEvent.Severity;
import dev.muster.controller.state.JobLifecycle;
import dev.muster.controller.state.JobPhase;
import dev.muster.controller.state.JobRecord;
import dev.muster.controller.state.LifecycleEvent;
import dev.muster.controller.state.LifecycleEvent.Placed;
import dev.muster.controller.state.LifecycleEvent.ProgressReported;
import dev.muster.controller.state.PlacementRecord;
import dev.muster.controller.state.Progress;
import dev.muster.controller.state.RecoveryStep;
import dev.muster.controller.state.StopCause;
import dev.muster.controller.state.Transition;
import dev.muster.controller.workload.GangRoll;
import dev.muster.controller.workload.HostReport;
import dev.muster.controller.workload.RunPhase;
import dev.muster.controller.workload.WorkloadLauncher;
import dev.muster.scheduler.job.CheckpointSpec;
import dev.muster.scheduler.job.JobKey;
import dev.muster.scheduler.job.JobSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Carries jobs through their life: feeds what happened to {@link JobLifecycle}, stores what it decides, and performs
 * the effects, those in the world only once the decision is durable. Runs on the loop thread.
 */
public final class JobReconciler {

    /** With {@link History}, few enough that a job and all that belongs to it is removed in one transaction. */
    private static final int ATTEMPTS_KEPT = 10;

    /** Each writes a line of history, and a turn must fit into one transaction; the next turn takes the others. */
    private static final int STUCK_HOSTS_A_TURN = 8;

    private static final int HOSTS_NAMED = 4;

    private final ClusterModel model;
    private final GangScheduling scheduling;
    private final WorkloadLauncher launcher;
    private final GangTimers timers;
    private final History history;
    private final LedgerKeeper ledgers;
    private final JobObserver observer;
    private final HostEvidence evidence;
    private final Hindrances hindrances = new Hindrances();
    private Abandoned abandoned = (host, run) -> {};
    private final Map<String, GangRoll> rolls = new HashMap<>();

    public JobReconciler(
            ClusterModel model,
            GangScheduling scheduling,
            WorkloadLauncher launcher,
            GangTimers timers,
            History history,
            LedgerKeeper ledgers,
            JobObserver observer) {
        this.model = model;
        this.scheduling = scheduling;
        this.launcher = launcher;
        this.timers = timers;
        this.history = history;
        this.ledgers = ledgers;
        this.observer = observer;
        this.evidence = new HostEvidence(model);
    }

    /** Takes up the jobs that the store held when this controller started; hosts report later what still runs. */
    public void resume(Turn turn) {
        for (JobRecord job : List.copyOf(model.jobs())) {
            evidence.note(job, turn.now());
            if (!job.phase().holdsHosts()) {
                scheduling.follow(job, turn.now());
                continue;
            }
            PlacementRecord placement = model.placementOf(job).orElseThrow();
            scheduling.restore(job, placement, turn.now());
            GangRoll roll = new GangRoll(placement);
            rolls.put(job.uid(), roll);
            timers.watch(job, placement, this);
            job.status().progress().ifPresent(progress -> timers.progressed(job.uid(), progress, turn.now(), this));
            if (job.status().stopping().isPresent()) {
                Duration toSave =
                        job.spec().checkpoint().map(CheckpointSpec::grace).orElse(Duration.ZERO);
                timers.awaitStop(job.uid(), toSave, this);
                roll.stopping();
            }
        }
    }

    /** Why the job cannot be changed this way now; empty when it can. */
    public Optional<String> refusal(JobRecord job, LifecycleEvent event, Instant now) {
        return JobLifecycle.on(job, model.placementOf(job), event, now).refusal();
    }

    public JobRecord submit(JobSpec spec, String uid, String submissionId, boolean held, Turn turn) {
        Transition accepted = JobLifecycle.submitted(uid, submissionId, spec, held, turn.now());
        apply(Optional.empty(), accepted, false, turn);
        scheduling.requestCycle();
        return accepted.record();
    }

    /** Starts a waiting job on the hosts that the scheduler chose and has already taken in its snapshot. */
    public void start(JobRecord job, PlacementRecord placement, Turn turn) {
        fire(job.uid(), new Placed(placement), turn);
    }

    /** Stops a gang, with its checkpoint saved where it can, because another job is to have its hosts. */
    public void preempt(JobRecord victim, JobKey by, Turn turn) {
        fire(victim.uid(), new LifecycleEvent.Preempted(victim.status().attempt(), by.toString()), turn);
        model.job(by).ifPresent(job -> ledgers.preempted(victim.uid(), job, turn));
    }

    /** Stops a gang, with its checkpoint saved where it can, because there is room for all the hosts it asked for. */
    public void grow(JobRecord job, Turn turn) {
        fire(job.uid(), new LifecycleEvent.RoomToGrow(job.status().attempt()), turn);
    }

    public Optional<GangRoll> roll(String jobUid) {
        return Optional.ofNullable(rolls.get(jobUid));
    }

    // ---- what hosts say

    /** Answers whether the run has a place on that host; one that has none is told to end. */
    public boolean reported(HostReport report, Turn turn) {
        Optional<GangRoll> roll = rollOf(report.jobUid(), report.epoch()).filter(r -> r.holds(report.host()));
        if (roll.isEmpty()) {
            turn.then(() -> dismiss(report));
            return false;
        }
        timers.heard(report.jobUid(), report.host());
        for (LifecycleEvent event : roll.get().report(report)) {
            fire(report.jobUid(), event, turn);
        }
        sayWhatIsAwaited(report.jobUid(), turn);
        return true;
    }

    /**
     * A host says why ranks of an attempt do not start, as often as it likes; each text is announced once, and only so many
     * of them: the ranks of a gang mostly fail alike.
     */
    public void startHindered(String host, String jobUid, int epoch, String words, Turn turn) {
        boolean news = rollOf(jobUid, epoch).filter(roll -> roll.holds(host)).isPresent()
                && hindrances.isNews(jobUid, epoch, words);
        if (news) {
            fire(jobUid, new LifecycleEvent.StartHindered(epoch, host, words), turn);
        }
    }

    /**
     * A part of the attempt on this host ends, or is about to, without being asked and without its program's fault.
     *
     * @param graceful whether ranks are given time to save: then the whole gang is
     */
    public void hostGivesUp(String host, String jobUid, int epoch, boolean graceful, String why, Turn turn) {
        if (rollOf(jobUid, epoch).filter(roll -> roll.holds(host)).isPresent()) {
            LifecycleEvent event = graceful
                    ? new LifecycleEvent.HostDraining(epoch, host, why)
                    : new LifecycleEvent.HostLost(epoch, host, why);
            fire(jobUid, event, turn);
        }
    }

    /**
     * A run that no longer has a place here: stopped if it lives, forgotten if it does not. One that stops already is not
     * told again, since agents answer each order with a report.
     */
    private void dismiss(HostReport report) {
        if (report.phase() == RunPhase.ENDED) {
            launcher.forget(report.host(), report.jobUid(), report.epoch());
        } else if (report.phase() != RunPhase.STOPPING) {
            launcher.stop(report.host(), report.jobUid(), report.epoch(), "the job has moved on from this attempt");
        }
    }

    public void progressed(String host, String jobUid, int epoch, Progress progress, Turn turn) {
        Optional<GangRoll> roll = rollOf(jobUid, epoch).filter(present -> present.holds(host));
        if (roll.isEmpty()) {
            return;
        }
        boolean saved = roll.get().isStoppingOn(host) && isNewerCheckpoint(jobUid, progress);
        timers.progressed(jobUid, progress, turn.now(), this);
        fire(jobUid, new ProgressReported(epoch, progress), turn);
        if (saved) {
            fire(jobUid, new LifecycleEvent.CheckpointSaved(epoch, progress.checkpoint()), turn);
        }
    }

    private boolean isNewerCheckpoint(String jobUid, Progress progress) {
        long known = model.jobByUid(jobUid)
                .flatMap(job -> job.status().progress())
                .map(Progress::checkpoint)
                .orElse(0L);
        return progress.checkpoint() > known;
    }

    /** The host does not answer: what of this job runs there may still run. */
    public void hostLost(String jobUid, String host, String why, Turn turn) {
        GangRoll present = rolls.get(jobUid);
        if (present != null && !present.holds(host)) {
            timers.awaitSpare(jobUid, host, why, this);
            return;
        }
        forPart(jobUid, host, turn, roll -> roll.lost(host, why), why);
        if (isLost(jobUid, host)) {
            timers.awaitProof(jobUid, host, this);
            sayWhatIsAwaited(jobUid, turn);
        }
    }

    /** Where time proves nothing, a person may have to act before the job goes on, and must be told. */
    private void sayWhatIsAwaited(String jobUid, Turn turn) {
        GangRoll roll = rolls.get(jobUid);
        if (timers.timeIsProof() || roll == null || !roll.awaitsProof()) {
            return;
        }
        String lost =
                String.join(", ", roll.lostHosts().stream().limit(HOSTS_NAMED).toList());
        String what = "no rank of the gang is known to have stopped and " + lost
                + (roll.lostHosts().size() > HOSTS_NAMED ? " and others do" : " does")
                + " not answer; goes on once the Node is back, is deleted, has the taint"
                + " node.kubernetes.io/out-of-service, or was declared dead";
        if (hindrances.isNews(jobUid, roll.epoch(), what)) {
            fire(jobUid, new LifecycleEvent.ProofAwaited(roll.epoch(), what), turn);
        }
    }

    /** A gang that does not come up in time is stopped, though all its hosts answer. */
    void startOverdue(String jobUid, int epoch, Duration waited, Turn turn) {
        rollOf(jobUid, epoch)
                .filter(roll -> !roll.notRunning().isEmpty())
                .ifPresent(
                        roll -> fire(jobUid, new LifecycleEvent.StartOverdue(epoch, roll.notRunning(), waited), turn));
    }

    private boolean isLost(String jobUid, String host) {
        GangRoll roll = rolls.get(jobUid);
        return roll != null && roll.holds(host) && roll.part(host) == GangRoll.Part.LOST;
    }

    /** A spare has been given time to come back: it held nothing that could be lost. */
    void spareOverdue(String jobUid, int epoch, String host, String why, Turn turn) {
        if (scheduling.isLost(host)) {
            fire(jobUid, new LifecycleEvent.SpareGone(epoch, host, why), turn);
        }
    }

    /** It is proven that nothing of this job runs on the host. A spare that is back has lost nothing. */
    public void hostDead(String jobUid, String host, String proof, Turn turn) {
        GangRoll present = rolls.get(jobUid);
        if (present != null && !present.holds(host)) {
            return;
        }
        forPart(jobUid, host, turn, roll -> roll.dead(host, proof), proof);
    }

    /** The host must be left: a fatal fault, a quarantine, or a drain. */
    public void hostUnfit(String jobUid, String host, boolean fatal, String why, Turn turn) {
        forPart(
                jobUid,
                host,
                turn,
                roll -> List.of(
                        fatal
                                ? new LifecycleEvent.HostFaulted(roll.epoch(), host, why)
                                : new LifecycleEvent.HostDraining(roll.epoch(), host, why)),
                why);
    }

    private void forPart(String jobUid, String host, Turn turn, RollCall call, String why) {
        GangRoll roll = rolls.get(jobUid);
        if (roll == null) {
            return;
        }
        if (roll.holds(host)) {
            for (LifecycleEvent event : call.events(roll)) {
                fire(jobUid, event, turn);
            }
        } else {
            fire(jobUid, new LifecycleEvent.SpareGone(roll.epoch(), host, why), turn);
        }
    }

    private interface RollCall {
        List<LifecycleEvent> events(GangRoll roll);
    }

    private Optional<GangRoll> rollOf(String jobUid, int epoch) {
        return Optional.ofNullable(rolls.get(jobUid)).filter(roll -> roll.epoch() == epoch);
    }

    // ---- the engine

    /** Feeds one event to the job's life cycle. Unknown jobs are ignored: the event is late. */
    public void fire(String jobUid, LifecycleEvent event, Turn turn) {
        Optional<JobRecord> job = model.jobByUid(jobUid);
        if (job.isEmpty()) {
            return;
        }
        Transition transition = JobLifecycle.on(job.get(), model.placementOf(job.get()), event, turn.now());
        if (!transition.equals(Transition.unchanged(job.get()))) {
            apply(job, transition, event instanceof ProgressReported, turn);
        }
        if (event instanceof LifecycleEvent.RankFailed failed) {
            evidence.before(failed.host(), turn.now())
                    .ifPresent(fault -> suspect(jobUid, failed.epoch(), failed.host(), fault.message(), turn));
        }
    }

    /** A rank has failed on a host whose hardware had a fault a little before. */
    private void suspect(String jobUid, int epoch, String host, String fault, Turn turn) {
        boolean blamed = model.jobByUid(jobUid)
                .flatMap(job -> job.status().stopping())
                .flatMap(StopCause::blame)
                .filter(blame -> blame.hosts().contains(host))
                .isPresent();
        if (blamed) {
            fire(jobUid, new LifecycleEvent.HostFaulted(epoch, host, fault), turn);
        }
    }

    /** A fault of a host's hardware: what failed there a little while ago, or is being stopped for it, was not to blame. */
    public void hardwareFault(String host, String fault, Turn turn) {
        for (String jobUid : evidence.jobsThatFailedOn(host, turn.now())) {
            fire(jobUid, new LifecycleEvent.HostSuspected(host, fault), turn);
            model.jobByUid(jobUid)
                    .ifPresent(job -> evidence.foundTooLate(job, host, fault)
                            .ifPresent(line -> history.announce(job, line, turn)));
        }
        for (PlacementRecord placement : model.activeOn(host)) {
            suspect(placement.jobUid(), placement.attempt(), host, fault, turn);
        }
    }

    /** Progress is stored now and then only: what is lost with this process is reported again. */
    private void apply(Optional<JobRecord> before, Transition transition, boolean progressOnly, Turn turn) {
        JobRecord job = transition.record();
        if (ledgers.follow(before, transition, progressOnly, turn)) {
            turn.put(job);
        } else {
            turn.note(job);
        }
        transition.placement().ifPresent(placement -> turn.put(placement, ATTEMPTS_KEPT));
        transition.announcements().forEach(line -> history.announce(job, line, turn));
        before.ifPresent(earlier -> observe(earlier, job, turn));
        if (before.filter(was -> was.phase() == JobPhase.STOPPING).isPresent()) {
            evidence.note(job, turn.now());
        }
        for (Effect effect : transition.effects()) {
            perform(effect, job, turn);
        }
        // What the effects led to is what counts: the job may be placed again by now.
        scheduling.follow(model.jobByUid(job.uid()).orElse(job), turn.now());
        if (job.phase().isTerminal()) {
            timers.close(job.uid());
        }
    }

    private void observe(JobRecord before, JobRecord after, Turn turn) {
        if (before.status().attempt() == 0 && after.status().attempt() == 1) {
            Duration waited = Duration.between(after.submittedAt(), turn.now());
            turn.then(() -> observer.firstPlaced(after.spec().queue(), waited));
        }
        if (before.phase() == JobPhase.STOPPING && after.phase() == JobPhase.PENDING) {
            before.status().stopping().ifPresent(cause -> turn.then(() -> observer.restarting(cause.kind())));
        }
    }

    private void perform(Effect effect, JobRecord job, Turn turn) {
        if (effect instanceof StartGang start) {
            startGang(job, start.placement(), turn);
        } else if (effect instanceof StopGang stop) {
            stopGang(job, stop, turn);
        } else if (effect instanceof ReleaseHosts release) {
            model.attempt(job.uid(), release.epoch())
                    .ifPresent(placement -> scheduling.release(job, placement, turn.now()));
            retire(job.uid());
        } else if (effect instanceof ReleaseSpare spare) {
            scheduling.releaseSpare(job, spare.host(), turn.now());
        } else if (effect instanceof PlaceAgain again) {
            placeAgain(job, again, turn);
        } else if (effect instanceof ForgetGang forget) {
            PlacementRecord placement = model.attempt(job.uid(), forget.epoch()).orElseThrow();
            turn.then(() -> launcher.forget(placement));
        }
    }

    private void startGang(JobRecord job, PlacementRecord placement, Turn turn) {
        rolls.put(job.uid(), new GangRoll(placement));
        timers.watch(job, placement, this);
        turn.then(launcher.start(job, placement));
    }

    private void stopGang(JobRecord job, StopGang manner, Turn turn) {
        PlacementRecord placement = model.placementOf(job).orElseThrow();
        turn.then(() -> launcher.stop(job, placement, manner));
        timers.awaitStop(job.uid(), graces(job, manner), this);
        GangRoll roll = rolls.get(job.uid());
        if (roll != null) {
            for (LifecycleEvent event : roll.stopping()) {
                fire(job.uid(), event, turn);
            }
        }
    }

    private static Duration graces(JobRecord job, StopGang manner) {
        Duration toSave = job.spec()
                .checkpoint()
                .filter(spec -> manner.checkpointFirst())
                .map(CheckpointSpec::grace)
                .orElse(Duration.ZERO);
        return toSave.plus(manner.termGrace());
    }

    /**
     * Hosts that answer but do not get rid of their ranks are as good as lost: when a peer has stopped, the job goes on
     * without them. They get nothing new until they say that the ranks are gone.
     */
    void stopOverdue(String jobUid, int epoch, Turn turn) {
        Optional<GangRoll> roll = rollOf(jobUid, epoch);
        if (roll.isEmpty()) {
            return;
        }
        timers.awaitStop(jobUid, Duration.ZERO, this);
        List<String> stuck =
                roll.get().notEnded().stream().limit(STUCK_HOSTS_A_TURN).toList();
        for (String host : stuck) {
            abandoned.on(host, jobUid + "/" + epoch);
            for (LifecycleEvent event :
                    roll.get().lost(host, "it answers and cannot end its ranks: reboot it, or see what they hang in")) {
                fire(jobUid, event, turn);
            }
        }
    }

    /** Hears of runs that live on a host that answers, though their job goes on without it. */
    interface Abandoned {
        void on(String host, String run);
    }

    void whenAbandoned(Abandoned listener) {
        abandoned = listener;
    }

    private void retire(String jobUid) {
        rolls.remove(jobUid);
        hindrances.forget(jobUid);
        timers.forget(jobUid);
    }

    private void placeAgain(JobRecord job, PlaceAgain again, Turn turn) {
        PlacementRecord last = model.attempt(job.uid(), again.epoch()).orElseThrow();
        retire(job.uid());
        Optional<Repaired> next = scheduling.repair(job, last, again.withoutHosts(), again.suspects(), turn.now());
        if (next.isPresent()) {
            fire(job.uid(), new Placed(next.get().placement(), next.get().leftBehind()), turn);
        } else {
            history.announce(
                    job,
                    new Transition.Announcement(
                            "Recovery",
                            Severity.WARNING,
                            RecoveryStep.REQUEUE.words() + ": no room beside the hosts that are left; waits in queue "
                                    + job.spec().queue()),
                    turn);
            scheduling.requestCycle();
        }
    }
}
