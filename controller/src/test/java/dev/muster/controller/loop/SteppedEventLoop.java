package dev.muster.controller.loop;

import java.time.Duration;
import java.time.InstantSource;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/** The real loop without its thread: whoever calls {@link #turn} is its thread, one turn at a time. */
public class SteppedEventLoop implements EventLoop {

    private final LoopCore core;

    public SteppedEventLoop(LoopPorts ports, LoopSettings settings) {
        core = new LoopCore(ports, settings);
    }

    /** One turn: acts on what has become durable, runs what waits and is due. Answers whether there was anything to do. */
    public final boolean turn() {
        return core.turn();
    }

    /** Whether nothing waits, and nothing is on its way to the store. */
    public final boolean isIdle() {
        return core.isIdle();
    }

    /** How long until the next timer is due; empty when there is none. */
    public final OptionalLong nanosToNextTimer() {
        return core.nanosToNextTimer();
    }

    /** What a closing loop does, without waiting for a store that does not answer. */
    final void close(Runnable untilAtRest) {
        beginClose();
        untilAtRest.run();
        endClose();
    }

    /** Takes nothing new from now on; further turns do what is queued. */
    public final void beginClose() {
        core.beginClose();
    }

    /** Ends it, whatever is left. */
    public final void endClose() {
        core.endClose();
    }

    @Override
    public final <R> CompletableFuture<R> submit(String name, Operation<R> operation) {
        return core.submit(name, operation);
    }

    @Override
    public final <R> Timer schedule(String name, Duration delay, Operation<R> operation) {
        return core.schedule(name, delay, operation);
    }

    @Override
    public final InstantSource clock() {
        return core.clock();
    }

    @Override
    public final boolean inLoop() {
        return core.inLoop();
    }
}
