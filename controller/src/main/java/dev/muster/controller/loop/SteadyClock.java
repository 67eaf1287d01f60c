package dev.muster.controller.loop;

import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * Wall-clock time as of its making, moved on by a monotonic ticker. When an operator or a time daemon sets the machine's
 * clock, no time-out fires early or late; stored times are off by the step until the next start.
 */
public final class SteadyClock implements InstantSource {

    private final LongSupplier nanoTicker;
    private final Instant beginning;
    private final long beginningNanos;

    public SteadyClock(InstantSource wallClock, LongSupplier nanoTicker) {
        this.nanoTicker = nanoTicker;
        beginning = wallClock.instant();
        beginningNanos = nanoTicker.getAsLong();
    }

    @Override
    public Instant instant() {
        return beginning.plusNanos(nanoTicker.getAsLong() - beginningNanos);
    }
}
