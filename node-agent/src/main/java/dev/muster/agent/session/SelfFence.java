package dev.muster.agent.session;

import dev.muster.agent.task.RunSpec;
import java.time.Duration;
import java.util.List;

/**
 * Judges which runs must die because this agent has been cut off for too long.
 *
 * <p>The controller counts from when it last heard of this host. What it heard last was sent before it was acknowledged, so
 * counting from the sending of the last acknowledged message, this agent is never later than the controller. It begins
 * to kill a little earlier, so that everything is dead when the controller may start the gang elsewhere.
 */
final class SelfFence {
    private static final long MARGIN_PART = 20;
    private static final long SMALLEST_MARGIN_NANOS = Duration.ofSeconds(1).toNanos();

    private long heardNanos;
    private long defaultTimeoutNanos;

    SelfFence(long nowNanos, Duration defaultTimeout) {
        this.heardNanos = nowNanos;
        this.defaultTimeoutNanos = defaultTimeout.toNanos();
    }

    synchronized void defaultTimeout(Duration timeout) {
        defaultTimeoutNanos = timeout.toNanos();
    }

    /** The controller has acknowledged something that was sent then. */
    synchronized void acknowledged(long sentNanos) {
        heardNanos = Math.max(heardNanos, sentNanos);
    }

    synchronized Duration silence(long nowNanos) {
        return Duration.ofNanos(nowNanos - heardNanos);
    }

    /** Whether every run without a timeout of its own has been over for so long that none is left. */
    synchronized boolean isIsolated(long nowNanos) {
        return nowNanos - heardNanos >= defaultTimeoutNanos;
    }

    /** The runs whose time is over. */
    synchronized List<RunSpec> overdue(long nowNanos, List<RunSpec> live) {
        long silentNanos = nowNanos - heardNanos;
        return live.stream().filter(run -> silentNanos >= killAfterNanos(run)).toList();
    }

    private long killAfterNanos(RunSpec run) {
        long timeout = run.isolationTimeoutMillis() > 0
                ? Duration.ofMillis(run.isolationTimeoutMillis()).toNanos()
                : defaultTimeoutNanos;
        long margin = Math.max(SMALLEST_MARGIN_NANOS, timeout / MARGIN_PART);
        // A timeout of a second or two leaves no room for the usual margin.
        return Math.max(timeout / 2, timeout - margin);
    }
}
