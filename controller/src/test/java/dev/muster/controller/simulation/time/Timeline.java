package dev.muster.controller.simulation.time;

import java.time.Duration;
import java.util.PriorityQueue;
import java.util.function.LongSupplier;

/** Virtual time: events in the order in which they are due, those due at once in the order in which they were planned. */
public final class Timeline implements LongSupplier {

    private final PriorityQueue<Alarm> alarms = new PriorityQueue<>();
    private long nowNanos;
    private long planned;
    private long happened;

    /** Plans an event; it may still be cancelled. */
    public Alarm after(Duration delay, Runnable event) {
        Alarm alarm = new Alarm(nowNanos + Math.max(0, delay.toNanos()), planned++, event);
        alarms.add(alarm);
        return alarm;
    }

    /** Lets the next event happen; false when nothing is planned. */
    public boolean step() {
        for (Alarm next = alarms.poll(); next != null; next = alarms.poll()) {
            if (!next.isCancelled()) {
                nowNanos = next.dueNanos();
                happened++;
                next.ring();
                return true;
            }
        }
        return false;
    }

    /** Nanoseconds since the beginning. */
    @Override
    public long getAsLong() {
        return nowNanos;
    }

    public Duration now() {
        return Duration.ofNanos(nowNanos);
    }

    public long eventsSoFar() {
        return happened;
    }
}
