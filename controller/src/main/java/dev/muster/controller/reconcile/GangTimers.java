package dev.muster.controller.reconcile;

import dev.muster.controller.loop.EventLoop;
import dev.muster.controller.loop.Timer;
import dev.muster.controller.model.Turn;
import dev.muster.controller.model.Turns;
import dev.muster.controller.state.HangWatch;
import dev.muster.controller.state.JobRecord;
import dev.muster.controller.state.LifecycleEvent.HangDetected;
import dev.muster.controller.state.LifecycleEvent.WalltimeReached;
import dev.muster.controller.state.PlacementRecord;
import dev.muster.controller.state.Progress;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What must happen to a running gang when nothing happens: its walltime, a hang, the proof that a lost host's ranks are
 * dead. Timers live in memory; after a restart they are set again from the records.
 */
public final class GangTimers {

    /** Agents begin to kill before the isolation timeout; this is for clocks that run at slightly different rates. */
    private static final Duration ISOLATION_MARGIN = Duration.ofSeconds(1);

    private static final Duration STOP_PATIENCE = Duration.ofSeconds(60);

    /** An agent is back within seconds of a restart. */
    private static final Duration SPARE_PATIENCE = Duration.ofSeconds(30);

    /** Hosts of a gang that a controller finds starting may have told the last controller only. */
    private static final Duration TIME_TO_REPORT = Duration.ofSeconds(30);

    private final EventLoop loop;
    private final Turns turns;
    private final Optional<Duration> isolationTimeout;
    private final Map<String, Watch> watches = new HashMap<>();
    private final Map<String, HangWatch> learned = new HashMap<>();

    /** The timers of one attempt. */
    private static final class Watch {
        private final JobRecord job;
        private final int epoch;
        private final Map<String, Timer> isolation = new HashMap<>();
        private final Map<String, Timer> spares = new HashMap<>();
        private HangWatch hang;
        private Optional<Timer> hangTimer = Optional.empty();
        private Optional<Timer> walltimeTimer = Optional.empty();
        private Optional<Timer> startTimer = Optional.empty();
        private Optional<Timer> stopTimer = Optional.empty();

        private Watch(JobRecord job, int epoch, HangWatch hang) {
            this.job = job;
            this.epoch = epoch;
            this.hang = hang;
        }
    }

    /**
     * @param isolationTimeout after which a host that does not answer has ended its ranks by itself; a job may say another.
     *     Empty where no time proves that, whatever the job says
     */
    public GangTimers(EventLoop loop, Turns turns, Optional<Duration> isolationTimeout) {
        this.loop = loop;
        this.turns = turns;
        this.isolationTimeout = isolationTimeout;
    }

    private Optional<Duration> isolationTimeout(JobRecord job) {
        return isolationTimeout.map(
                clusters -> job.spec().restart().isolationTimeout().orElse(clusters));
    }

    void watch(JobRecord job, PlacementRecord placement, JobReconciler reconciler) {
        forget(job.uid());
        HangWatch known = learned.getOrDefault(job.uid(), HangWatch.NONE).nextAttempt();
        Watch watch = new Watch(job, placement.attempt(), known);
        watches.put(job.uid(), watch);
        watchStart(watch, placement, reconciler);
        job.spec().walltime().ifPresent(walltime -> {
            Duration left = Duration.between(
                    loop.clock().instant(), placement.placedAt().plus(walltime));
            watch.walltimeTimer = Optional.of(after(
                    "walltime",
                    left,
                    turn -> reconciler.fire(job.uid(), new WalltimeReached(placement.attempt()), turn)));
        });
    }

    private void watchStart(Watch watch, PlacementRecord placement, JobReconciler reconciler) {
        Duration bound = watch.job.spec().restart().startWithin();
        if (placement.runningAt().isEmpty()) {
            Duration left = Duration.between(
                    loop.clock().instant(), placement.placedAt().plus(bound));
            Duration least = bound.compareTo(TIME_TO_REPORT) < 0 ? bound : TIME_TO_REPORT;
            watch.startTimer = Optional.of(after(
                    "start-overdue",
                    left.compareTo(least) < 0 ? least : left,
                    turn -> reconciler.startOverdue(watch.job.uid(), placement.attempt(), bound, turn)));
        }
    }

    void progressed(String jobUid, Progress progress, Instant now, JobReconciler reconciler) {
        Watch watch = watches.get(jobUid);
        if (watch == null) {
            return;
        }
        watch.hang = watch.hang.on(progress, now);
        if (watch.hangTimer.isEmpty()) {
            armHang(watch, now, reconciler);
        }
    }

    /** Armed once and again only when it fires, so that a report costs nothing here. */
    private void armHang(Watch watch, Instant now, JobReconciler reconciler) {
        watch.hang.deadline(watch.job.spec().restart().hangAfter()).ifPresent(deadline -> {
            Duration left = Duration.between(now, deadline);
            watch.hangTimer = Optional.of(after("hang", left, turn -> hangDue(watch, turn, reconciler)));
        });
    }

    private void hangDue(Watch watch, Turn turn, JobReconciler reconciler) {
        if (watches.get(watch.job.uid()) != watch) {
            return;
        }
        Instant deadline =
                watch.hang.deadline(watch.job.spec().restart().hangAfter()).orElseThrow();
        watch.hangTimer = Optional.empty();
        if (turn.now().isBefore(deadline)) {
            armHang(watch, turn.now(), reconciler);
        } else {
            Duration silence = Duration.between(watch.hang.lastAdvance().orElseThrow(), turn.now());
            reconciler.fire(watch.job.uid(), new HangDetected(watch.epoch, silence), turn);
        }
    }

    /** A lost host's ranks are dead once its agent has been cut off for the isolation timeout, where there is one. */
    void awaitProof(String jobUid, String host, JobReconciler reconciler) {
        Watch watch = watches.get(jobUid);
        if (watch != null && !watch.isolation.containsKey(host)) {
            isolationTimeout(watch.job).ifPresent(timeout -> awaitProof(watch, host, timeout, reconciler));
        }
    }

    private void awaitProof(Watch watch, String host, Duration timeout, JobReconciler reconciler) {
        String jobUid = watch.job.uid();
        String proof = "cut off for " + timeout.toSeconds() + " s: its agent has killed the ranks by now";
        watch.isolation.put(host, after("isolation", timeout.plus(ISOLATION_MARGIN), turn -> {
            if (watches.get(jobUid) == watch && watch.isolation.remove(host) != null) {
                reconciler.hostDead(jobUid, host, proof, turn);
            }
        }));
    }

    /** Killed processes are gone at once, but for those that hang in a driver or on a file server. */
    void awaitStop(String jobUid, Duration graces, JobReconciler reconciler) {
        Watch watch = watches.get(jobUid);
        if (watch != null && watch.stopTimer.isEmpty()) {
            watch.stopTimer = Optional.of(after("stop-overdue", graces.plus(STOP_PATIENCE), turn -> {
                if (watches.get(jobUid) == watch) {
                    watch.stopTimer = Optional.empty();
                    reconciler.stopOverdue(jobUid, watch.epoch, turn);
                }
            }));
        }
    }

    /** A spare whose agent is gone may be back soon; until then the gang does without it. */
    void awaitSpare(String jobUid, String host, String why, JobReconciler reconciler) {
        Watch watch = watches.get(jobUid);
        if (watch != null) {
            Optional.ofNullable(watch.spares.remove(host)).ifPresent(Timer::cancel);
            watch.spares.put(host, after("spare-overdue", SPARE_PATIENCE, turn -> {
                if (watches.get(jobUid) == watch) {
                    reconciler.spareOverdue(jobUid, watch.epoch, host, why, turn);
                }
            }));
        }
    }

    /** Whether time alone proves that ranks cut off from every controller are dead. */
    boolean timeIsProof() {
        return isolationTimeout.isPresent();
    }

    /** The host answers again. */
    void heard(String jobUid, String host) {
        Watch watch = watches.get(jobUid);
        if (watch != null && !watch.isolation.isEmpty()) {
            Optional.ofNullable(watch.isolation.remove(host)).ifPresent(Timer::cancel);
        }
    }

    void forget(String jobUid) {
        Watch watch = watches.remove(jobUid);
        if (watch != null) {
            learned.put(jobUid, watch.hang);
            watch.hangTimer.ifPresent(Timer::cancel);
            watch.walltimeTimer.ifPresent(Timer::cancel);
            watch.startTimer.ifPresent(Timer::cancel);
            watch.stopTimer.ifPresent(Timer::cancel);
            watch.isolation.values().forEach(Timer::cancel);
            watch.spares.values().forEach(Timer::cancel);
        }
    }

    /** The job has ended: nothing about it is needed any more. */
    void close(String jobUid) {
        forget(jobUid);
        learned.remove(jobUid);
    }

    private Timer after(String name, Duration delay, Consumer<Turn> body) {
        Duration notNegative = delay.isNegative() ? Duration.ZERO : delay;
        return loop.schedule(name, notNegative, turns.operation(turn -> {
            body.accept(turn);
            return true;
        }));
    }
}
