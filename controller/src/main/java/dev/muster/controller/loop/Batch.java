package dev.muster.controller.loop;

import dev.muster.controller.store.CommitResult;
import dev.muster.controller.store.Condition;
import dev.muster.controller.store.StoreWrite;
import dev.muster.controller.store.Transaction;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Neighbouring operations whose writes share one transaction, or need none. */
final class Batch {

    private final List<Condition> fence;
    private final ArrayDeque<Task<?>> tasks = new ArrayDeque<>();
    private final Map<String, StoreWrite> writes = new LinkedHashMap<>();
    private long bytes;
    private long committedAtNanos;
    private volatile @Nullable Outcome outcome;

    Batch(List<Condition> fence) {
        this.fence = fence;
    }

    /** What became of the transaction: a result, a failure, or neither where there was nothing to store. */
    record Outcome(Optional<CommitResult> result, Optional<Throwable> failure) {
        static final Outcome NOTHING_TO_STORE = new Outcome(Optional.empty(), Optional.empty());
    }

    /** Why no transaction can ever hold the task's writes, if so. */
    Optional<String> tooLarge(Task<?> task) {
        int room = Transaction.MAX_OPERATIONS - fence.size();
        long size = bytesOf(task);
        if (task.writes().size() > room) {
            return Optional.of(task.writes().size() + " writes, and " + room
                    + " fit into one transaction; store them as fewer values");
        }
        return size > Transaction.MAX_BYTES
                ? Optional.of(size + " bytes to write, and " + Transaction.MAX_BYTES
                        + " fit into one transaction; store less at a time")
                : Optional.empty();
    }

    /**
     * Whether the task can join. Tasks without writes that come before the first write get a batch of their own, so that
     * they need not wait for the store.
     */
    boolean takes(Task<?> task) {
        if (task.writes().isEmpty() || tasks.isEmpty()) {
            return true;
        }
        if (writes.isEmpty()) {
            return false;
        }
        long added = task.writes().keySet().stream()
                .filter(key -> !writes.containsKey(key))
                .count();
        return fence.size() + writes.size() + added <= Transaction.MAX_OPERATIONS
                && bytes + bytesOf(task) <= Transaction.MAX_BYTES;
    }

    void add(Task<?> task) {
        tasks.add(task);
        writes.putAll(task.writes());
        // Counts replaced writes too: never too little, and cheap.
        bytes += bytesOf(task);
    }

    private static long bytesOf(Task<?> task) {
        long sum = 0;
        for (StoreWrite write : task.writes().values()) {
            sum += write.bytes();
        }
        return sum;
    }

    ArrayDeque<Task<?>> tasks() {
        return tasks;
    }

    int writeCount() {
        return writes.size();
    }

    Transaction transaction() {
        return new Transaction(fence, List.copyOf(writes.values()));
    }

    void committing(long nowNanos) {
        committedAtNanos = nowNanos;
    }

    long commitMicros(long nowNanos) {
        return (nowNanos - committedAtNanos) / 1_000;
    }

    /** Called once, from any thread. */
    void settle(Outcome how) {
        outcome = how;
    }

    Optional<Outcome> outcome() {
        return Optional.ofNullable(outcome);
    }
}
