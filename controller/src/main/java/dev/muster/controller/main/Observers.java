package dev.muster.controller.main;

import dev.muster.controller.loop.LoopListener;
import dev.muster.controller.metrics.ControllerMetrics;
import dev.muster.controller.reconcile.JobObserver;
import dev.muster.controller.scheduling.GangScheduling.CycleObserver;
import dev.muster.controller.session.SessionObserver;
import dev.muster.controller.state.StopCause;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;

/** Leads what the pieces observe to the metrics; the pieces themselves know nothing of metrics. */
final class Observers implements LoopListener, CycleObserver, SessionObserver, JobObserver {

    private final ControllerMetrics metrics;
    private volatile long loopBacklog;

    Observers(ControllerMetrics metrics) {
        this.metrics = metrics;
    }

    /** Operations that waited for the loop after its latest turn. */
    long loopBacklog() {
        return loopBacklog;
    }

    @Override
    public void onTurn(long micros, int operations, int queueDepth) {
        loopBacklog = queueDepth;
        metrics.turn(Duration.of(micros, ChronoUnit.MICROS));
    }

    @Override
    public void onCommit(long micros, int writes) {
        metrics.commit(Duration.of(micros, ChronoUnit.MICROS), writes, true);
    }

    @Override
    public void cycle(Duration took, int placements, int preemptions, int plans, Map<String, Integer> waiting) {
        metrics.cycle(took, placements, preemptions, plans, waiting);
    }

    @Override
    public void firstPlaced(String queue, Duration waited) {
        metrics.queueWait(queue, waited);
    }

    @Override
    public void restarting(StopCause.Kind cause) {
        metrics.jobRestarted(cause);
    }

    @Override
    public void heartbeat() {
        metrics.heartbeat();
    }

    @Override
    public void registration(boolean accepted) {
        metrics.registration(accepted);
    }

    @Override
    public void hostLost() {
        metrics.hostLost();
    }
}
