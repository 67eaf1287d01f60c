package dev.muster.agent.task;

/**
 * The graces of a stop that was ordered, maybe more than once: a later order can shorten them, never lengthen. Safe for
 * use from several threads.
 */
final class StopClock {
    private boolean ordered;
    private String reason = "";
    private String signal = "";
    private long checkpointUntilNanos;
    private long termGraceNanos;

    synchronized void order(StopOrder order, long nowNanos) {
        boolean signalled = !order.checkpointSignal().isEmpty();
        long checkpointUntil = signalled ? nowNanos + order.checkpointGrace().toNanos() : nowNanos;
        if (ordered) {
            checkpointUntilNanos = Math.min(checkpointUntilNanos, checkpointUntil);
            termGraceNanos = Math.min(termGraceNanos, order.termGrace().toNanos());
            return;
        }
        ordered = true;
        reason = order.reason();
        signal = order.checkpointSignal();
        checkpointUntilNanos = checkpointUntil;
        termGraceNanos = order.termGrace().toNanos();
    }

    synchronized boolean isOrdered() {
        return ordered;
    }

    synchronized String reason() {
        return reason;
    }

    synchronized String signal() {
        return signal;
    }

    synchronized boolean mayCheckpoint(long nowNanos) {
        return nowNanos < checkpointUntilNanos;
    }

    synchronized long termGraceNanos() {
        return termGraceNanos;
    }
}
