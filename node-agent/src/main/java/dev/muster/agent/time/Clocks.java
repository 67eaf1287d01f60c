package dev.muster.agent.time;

import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * The two clocks of the agent.
 *
 * @param wall for what people read; may step
 * @param monotonicNanos for durations; never steps, and counts the time a host was suspended
 */
public record Clocks(InstantSource wall, LongSupplier monotonicNanos) {
    public long wallMillis() {
        return wall.millis();
    }

    public long nanos() {
        return monotonicNanos.getAsLong();
    }
}
