package dev.muster.controller.loop;

import dev.muster.controller.store.CommitResult;
import dev.muster.controller.store.Entry;
import dev.muster.controller.store.Lease;
import dev.muster.controller.store.Page;
import dev.muster.controller.store.StateStore;
import dev.muster.controller.store.StoreException;
import dev.muster.controller.store.StoreWrite;
import dev.muster.controller.store.Transaction;
import dev.muster.controller.store.Watch;
import dev.muster.controller.store.WatchListener;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A store that takes commits and says nothing until told; everything else it refuses. */
final class HoldingStore implements StateStore {

    private final List<Transaction> transactions = new ArrayList<>();
    private final ArrayDeque<CompletableFuture<CommitResult>> held = new ArrayDeque<>();
    private long revision;

    @Override
    public CompletableFuture<CommitResult> commit(Transaction transaction) {
        transaction.requireWithinLimits();
        transactions.add(transaction);
        CompletableFuture<CommitResult> future = new CompletableFuture<>();
        held.add(future);
        return future;
    }

    /** Says that the oldest held commit is durable. */
    void letOneThrough() {
        held.remove().complete(new CommitResult.Committed(++revision));
    }

    void failOne(StoreException failure) {
        held.remove().completeExceptionally(failure);
    }

    void answerOne(CommitResult result) {
        held.remove().complete(result);
    }

    int heldCommits() {
        return held.size();
    }

    /** The keys of each transaction so far. */
    List<List<String>> writtenKeys() {
        return transactions.stream()
                .map(transaction ->
                        transaction.writes().stream().map(StoreWrite::key).toList())
                .toList();
    }

    List<Transaction> transactions() {
        return transactions;
    }

    @Override
    public CompletableFuture<Optional<Entry>> get(String key) {
        throw new UnsupportedOperationException("the loop reads nothing");
    }

    @Override
    public CompletableFuture<Page> list(String prefix, Optional<String> afterKey, int limit) {
        throw new UnsupportedOperationException("the loop reads nothing");
    }

    @Override
    public Watch watch(String prefix, long fromRevision, WatchListener listener) {
        throw new UnsupportedOperationException("the loop watches nothing");
    }

    @Override
    public CompletableFuture<Lease> grant(Duration timeToLive) {
        throw new UnsupportedOperationException("the loop has no leases");
    }

    @Override
    public CompletableFuture<Lease> keepAlive(long leaseId) {
        throw new UnsupportedOperationException("the loop has no leases");
    }

    @Override
    public CompletableFuture<Boolean> revoke(long leaseId) {
        throw new UnsupportedOperationException("the loop has no leases");
    }

    @Override
    public void close() {}
}
