package dev.muster.controller.store.embedded;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** Monotonic time that passes when told. */
final class FakeTicker implements LongSupplier {

    /** Begins shortly before the numbers wrap around, as a real ticker may. */
    private final AtomicLong nanos =
            new AtomicLong(Long.MAX_VALUE - Duration.ofSeconds(2).toNanos());

    void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    @Override
    public long getAsLong() {
        return nanos.get();
    }
}
