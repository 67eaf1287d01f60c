package dev.muster.controller.loop;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/** Time that passes when told, as an instant and as a monotonic ticker that is close to wrapping around. */
public final class ManualClock implements InstantSource, LongSupplier {

    private Instant now;
    private long nanos = Long.MAX_VALUE - 1_000_000_000L;

    public ManualClock(Instant start) {
        now = start;
    }

    public void pass(Duration time) {
        now = now.plus(time);
        nanos += time.toNanos();
    }

    @Override
    public Instant instant() {
        return now;
    }

    @Override
    public long getAsLong() {
        return nanos;
    }
}
