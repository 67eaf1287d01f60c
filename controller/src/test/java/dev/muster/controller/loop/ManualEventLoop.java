package dev.muster.controller.loop;

import dev.muster.controller.store.Condition;
import dev.muster.controller.store.StateStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** The real loop without its thread: everything happens in {@link #runPending} and {@link #advance}, in a fixed order. */
public final class ManualEventLoop implements EventLoop {

    private static final int MAX_TURNS = 1_000_000;

    private final LoopCore core;
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
        core = new LoopCore(new LoopPorts(store, fence, faults, listener, clock, clock), settings);
        this.clock = clock;
        this.stepStore = stepStore;
    }

    /** Turns loop and store until neither has anything left to do at this time. */
    public void runPending() {
        for (int turns = 0; core.turn() || stepStore.getAsBoolean(); turns++) {
            if (turns == MAX_TURNS) {
                throw new AssertionError("the loop does not come to rest");
            }
        }
    }

    /** One turn of the loop alone. */
    boolean turn() {
        return core.turn();
    }

    /** Lets time pass and fires each timer at its time, in order. */
    public void advance(Duration time) {
        long left = time.toNanos();
        runPending();
        for (OptionalLong next = core.nanosToNextTimer();
                next.isPresent() && next.getAsLong() <= left;
                next = core.nanosToNextTimer()) {
            clock.pass(Duration.ofNanos(next.getAsLong()));
            left -= next.getAsLong();
            runPending();
        }
        clock.pass(Duration.ofNanos(left));
        runPending();
    }

    /** What a closing loop does, without waiting for a store that does not answer. */
    void close() {
        core.beginClose();
        runPending();
        core.endClose();
    }

    @Override
    public <R> CompletableFuture<R> submit(String name, Operation<R> operation) {
        return core.submit(name, operation);
    }

    @Override
    public <R> Timer schedule(String name, Duration delay, Operation<R> operation) {
        return core.schedule(name, delay, operation);
    }

    @Override
    public InstantSource clock() {
        return core.clock();
    }

    @Override
    public boolean inLoop() {
        return core.inLoop();
    }
}
