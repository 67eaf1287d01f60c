package dev.muster.controller.loop;

import dev.muster.controller.store.Condition;
import dev.muster.controller.store.StateStore;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** A loop turned by hand until it is at rest: everything happens in {@link #runPending} and {@link #advance}, in a fixed order. */
public final class ManualEventLoop extends SteppedEventLoop {

    private static final int MAX_TURNS = 1_000_000;

    private final ManualClock clock;
    private final BooleanSupplier stepStore;

    /** With a store that works without a thread, {@code stepStore} does one step of it and answers whether it did any. */
    public ManualEventLoop(
            StateStore store,
            BooleanSupplier stepStore,
            Supplier<List<Condition>> fence,
            FaultHandler faults,
            LoopListener listener,
            ManualClock clock,
            LoopSettings settings) {
        super(new LoopPorts(store, fence, faults, listener, clock, clock), settings);
        this.clock = clock;
        this.stepStore = stepStore;
    }

    /** Turns loop and store until neither has anything left to do at this time. */
    public void runPending() {
        for (int turns = 0; turn() || stepStore.getAsBoolean(); turns++) {
            if (turns == MAX_TURNS) {
                throw new AssertionError("the loop does not come to rest");
            }
        }
    }

    /** Lets time pass and fires each timer at its time, in order. */
    public void advance(Duration time) {
        long left = time.toNanos();
        runPending();
        for (OptionalLong next = nanosToNextTimer();
                next.isPresent() && next.getAsLong() <= left;
                next = nanosToNextTimer()) {
            clock.pass(Duration.ofNanos(next.getAsLong()));
            left -= next.getAsLong();
            runPending();
        }
        clock.pass(Duration.ofNanos(left));
        runPending();
    }

    void close() {
        close(this::runPending);
    }
}
