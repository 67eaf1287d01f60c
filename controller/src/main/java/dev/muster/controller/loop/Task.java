package dev.muster.controller.loop;

import dev.muster.controller.store.StoreWrite;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** An operation on its way through the loop: waiting, then run, then waiting for the store, then complete. */
final class Task<R> {

    private enum Stage {
        WAITING,
        STARTED,
        CANCELLED
    }

    private final String name;
    private final Operation<R> operation;
    private final CompletableFuture<R> future = new CompletableFuture<>();
    private final AtomicReference<Stage> stage = new AtomicReference<>(Stage.WAITING);
    private final Map<String, StoreWrite> writes = new LinkedHashMap<>();
    private @Nullable Decision<R> decision;
    private @Nullable RuntimeException refusal;

    Task(String name, Operation<R> operation) {
        this.name = name;
        this.operation = operation;
    }

    String name() {
        return name;
    }

    CompletableFuture<R> future() {
        return future;
    }

    boolean cancel() {
        return stage.compareAndSet(Stage.WAITING, Stage.CANCELLED);
    }

    /** False for a timer that was cancelled in the last moment. */
    boolean start() {
        return stage.compareAndSet(Stage.WAITING, Stage.STARTED);
    }

    /** Runs the operation; only faults come out. */
    void run(Instant now) {
        try {
            Decision<R> decided = operation.run(now);
            for (StoreWrite write : decided.writes()) {
                writes.put(write.key(), write);
            }
            decision = decided;
        } catch (RuntimeException thrown) {
            if (!(thrown instanceof DeclaredRefusal)) {
                throw thrown;
            }
            refusal = thrown;
        }
    }

    boolean isRefused() {
        return refusal != null;
    }

    /** By key, the last of each. */
    Map<String, StoreWrite> writes() {
        return writes;
    }

    List<Runnable> actions() {
        return decision == null ? List.of() : decision.actions();
    }

    void complete() {
        if (refusal != null) {
            future.completeExceptionally(refusal);
        } else if (decision != null) {
            future.complete(decision.answer());
        }
    }

    void fail(LoopException reason) {
        future.completeExceptionally(reason);
    }
}
