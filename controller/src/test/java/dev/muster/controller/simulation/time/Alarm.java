package dev.muster.controller.simulation.time;

/** A planned event. */
public final class Alarm implements Comparable<Alarm> {

    private final long dueNanos;
    private final long number;
    private final Runnable event;
    private boolean over;

    Alarm(long dueNanos, long number, Runnable event) {
        this.dueNanos = dueNanos;
        this.number = number;
        this.event = event;
    }

    /** It will not happen; too late, it changes nothing. */
    public void cancel() {
        over = true;
    }

    public long dueNanos() {
        return dueNanos;
    }

    /** Whether it is still to come. */
    public boolean isPending() {
        return !over;
    }

    boolean isCancelled() {
        return over;
    }

    void ring() {
        over = true;
        event.run();
    }

    @Override
    public int compareTo(Alarm other) {
        int byTime = Long.compare(dueNanos, other.dueNanos);
        return byTime != 0 ? byTime : Long.compare(number, other.number);
    }
}
