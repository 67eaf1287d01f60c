package dev.muster.controller.simulation.time;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/** One life of a process: its threads stand still while it is paused, and for good once it has ended. */
public final class SimulatedProcess implements LongSupplier {

    private final Timeline timeline;
    private final Chance chance;
    private final List<SimulatedThread> threads = new ArrayList<>();
    private boolean ended;
    private boolean paused;
    private boolean clockStands;
    private long pausedAtNanos;
    private long stoodStillNanos;

    public SimulatedProcess(Timeline timeline, Chance chance) {
        this.timeline = timeline;
        this.chance = chance;
    }

    public SimulatedThread thread() {
        SimulatedThread thread = new SimulatedThread(this, timeline);
        threads.add(thread);
        return thread;
    }

    /**
     * Stops it where it is.
     *
     * @param clockToo the whole machine sleeps, and its monotonic clock with it
     */
    public void pause(boolean clockToo) {
        if (!ended && !paused) {
            paused = true;
            clockStands = clockToo;
            pausedAtNanos = timeline.getAsLong();
        }
    }

    /** Goes on; which of its threads comes first is left to chance. */
    public void resume() {
        if (ended || !paused) {
            return;
        }
        if (clockStands) {
            stoodStillNanos += timeline.getAsLong() - pausedAtNanos;
        }
        paused = false;
        threads.forEach(thread -> thread.wakeAfter(chance.millis(0, 3)));
    }

    public void end() {
        ended = true;
    }

    public boolean hasEnded() {
        return ended;
    }

    public boolean isPaused() {
        return paused;
    }

    /** How far a timer that is due now, while it is paused, still is from being due on its own clock. */
    long outstandingNanos() {
        return clockStands ? timeline.getAsLong() - pausedAtNanos : 0;
    }

    /** Its monotonic clock. */
    @Override
    public long getAsLong() {
        return timeline.getAsLong()
                - stoodStillNanos
                - (paused && clockStands ? timeline.getAsLong() - pausedAtNanos : 0);
    }
}
