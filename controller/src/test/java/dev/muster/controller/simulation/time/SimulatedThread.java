package dev.muster.controller.simulation.time;

import java.time.Duration;
import java.util.ArrayDeque;

/** Does one thing after the other, while its process does not stand still. */
public final class SimulatedThread {

    /** What came while it stood still. */
    private record Late(Runnable task, long outstandingNanos) {}

    private final SimulatedProcess process;
    private final Timeline timeline;
    private final ArrayDeque<Late> late = new ArrayDeque<>();
    private boolean waking;

    SimulatedThread(SimulatedProcess process, Timeline timeline) {
        this.process = process;
        this.timeline = timeline;
    }

    /** A timer. */
    public Alarm after(Duration delay, Runnable task) {
        return timeline.after(delay, () -> run(task, process.outstandingNanos()));
    }

    /** What has come from outside, to be done as soon as it can. */
    public void run(Runnable task) {
        run(task, 0);
    }

    private void run(Runnable task, long outstandingNanos) {
        if (process.hasEnded()) {
            return;
        }
        if (process.isPaused() || waking) {
            late.add(new Late(task, process.isPaused() ? outstandingNanos : 0));
        } else {
            task.run();
        }
    }

    void wakeAfter(Duration delay) {
        waking = true;
        timeline.after(delay, this::catchUp);
    }

    private void catchUp() {
        if (process.isPaused()) {
            return;
        }
        waking = false;
        while (!late.isEmpty() && !process.isPaused()) {
            Late next = late.remove();
            if (next.outstandingNanos() > 0) {
                after(Duration.ofNanos(next.outstandingNanos()), next.task());
            } else {
                run(next.task());
            }
        }
    }
}
