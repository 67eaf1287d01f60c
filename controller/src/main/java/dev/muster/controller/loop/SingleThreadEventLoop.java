package dev.muster.controller.loop;

import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The loop on a thread of its own. */
public final class SingleThreadEventLoop implements EventLoop, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(SingleThreadEventLoop.class);
    private static final long LONGEST_WAIT_NANOS = Duration.ofMinutes(1).toNanos();
    private static final long CLOSING_WAIT_NANOS = Duration.ofMillis(20).toNanos();
    private static final Duration LAST_TURN = Duration.ofSeconds(5);

    private final LoopCore core;
    private final LoopSettings settings;
    private final Thread thread;

    private SingleThreadEventLoop(LoopPorts ports, LoopSettings settings) {
        core = new LoopCore(ports, settings);
        this.settings = settings;
        thread = new Thread(this::run, "muster-loop");
    }

    /** Starts the thread. */
    public static SingleThreadEventLoop start(LoopPorts ports, LoopSettings settings) {
        SingleThreadEventLoop loop = new SingleThreadEventLoop(ports, settings);
        loop.thread.setDaemon(true);
        loop.thread.start();
        return loop;
    }

    private void run() {
        while (!core.isStopped() && !core.isClosing()) {
            core.turn();
            if (!core.isClosing()) {
                core.await(LONGEST_WAIT_NANOS);
            }
        }
        long deadline = System.nanoTime() + settings.closeTimeout().toNanos();
        while (!core.isStopped() && !core.isIdle() && System.nanoTime() - deadline < 0) {
            core.turn();
            if (!core.isIdle()) {
                core.await(CLOSING_WAIT_NANOS);
            }
        }
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

    /**
     * Takes nothing new, does what is queued within {@link LoopSettings#closeTimeout}, and fails what is left. Called on
     * the loop's own thread it only begins that.
     */
    @Override
    public void close() {
        core.beginClose();
        if (thread == Thread.currentThread()) {
            return;
        }
        try {
            thread.join(settings.closeTimeout().plus(LAST_TURN).toMillis());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        if (thread.isAlive()) {
            log.warn("the loop's thread is stuck in an operation or action; leaving it behind");
        }
    }
}
