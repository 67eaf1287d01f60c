package dev.muster.controller.election;

import dev.muster.controller.model.StoreKeys;
import dev.muster.controller.store.CommitResult;
import dev.muster.controller.store.CommitResult.Committed;
import dev.muster.controller.store.Condition;
import dev.muster.controller.store.Entry;
import dev.muster.controller.store.StateStore;
import dev.muster.controller.store.StoreWrite;
import dev.muster.controller.store.Transaction;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The right to decide, taken by writing the leader key. Each commit asks that the key is still as this controller wrote
 * it, so that one that was replaced while it slept can store nothing.
 */
public final class Leadership {

    private final long token;

    private Leadership(long token) {
        this.token = token;
    }

    /**
     * Takes the lead from whoever had it; with the embedded store that is an earlier life of this controller, since its
     * directory has one owner at a time.
     *
     * @param identity for people: host and process
     */
    public static CompletableFuture<Leadership> take(StateStore store, String identity) {
        byte[] value = identity.getBytes(StandardCharsets.UTF_8);
        return store.get(StoreKeys.LEADER).thenCompose(present -> {
            Transaction claim =
                    new Transaction(List.of(unchanged(present)), List.of(new StoreWrite.Put(StoreKeys.LEADER, value)));
            return store.commit(claim).thenApply(Leadership::of);
        });
    }

    private static Condition unchanged(Optional<Entry> present) {
        return present.<Condition>map(entry -> new Condition.ModifiedAt(StoreKeys.LEADER, entry.modRevision()))
                .orElseGet(() -> new Condition.Absent(StoreKeys.LEADER));
    }

    private static Leadership of(CommitResult result) {
        if (result instanceof Committed committed) {
            return new Leadership(committed.revision());
        }
        throw new IllegalStateException("another controller took the lead at the same moment; start this one again");
    }

    /** What must be true for this controller to store anything. */
    public List<Condition> fence() {
        return List.of(new Condition.ModifiedAt(StoreKeys.LEADER, token));
    }
}
