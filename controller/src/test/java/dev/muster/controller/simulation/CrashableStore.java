package dev.muster.controller.simulation;

import dev.muster.controller.store.CommitResult;
import dev.muster.controller.store.Entry;
import dev.muster.controller.store.Lease;
import dev.muster.controller.store.Page;
import dev.muster.controller.store.StateStore;
import dev.muster.controller.store.Transaction;
import dev.muster.controller.store.Watch;
import dev.muster.controller.store.WatchListener;
import dev.muster.controller.store.embedded.EmbeddedStateStore;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The store in memory, answering at once, except that commits can be held on their way and lost with a crash. */
final class CrashableStore implements StateStore {

    private record Held(Transaction transaction, CompletableFuture<CommitResult> answer) {}

    private final EmbeddedStateStore store;
    private final Deque<Held> held = new ArrayDeque<>();
    private boolean holding;

    CrashableStore(EmbeddedStateStore store) {
        this.store = store;
    }

    void hold() {
        holding = true;
    }

    /** What was held becomes durable. */
    void letGo() {
        holding = false;
        while (!held.isEmpty()) {
            letOneGo();
        }
    }

    boolean isHolding() {
        return !held.isEmpty();
    }

    /** The oldest commit that is held becomes durable. */
    void letOneGo() {
        Held next = held.remove();
        CommitResult result = now(store.commit(next.transaction())).join();
        next.answer().complete(result);
    }

    /** What was held never happened, and nobody hears so. */
    void crash() {
        holding = false;
        held.clear();
    }

    private <R> CompletableFuture<R> now(CompletableFuture<R> answer) {
        while (store.step()) {
            // until everything is answered
        }
        return answer;
    }

    @Override
    public CompletableFuture<CommitResult> commit(Transaction transaction) {
        if (!holding) {
            return now(store.commit(transaction));
        }
        Held commit = new Held(transaction, new CompletableFuture<>());
        held.add(commit);
        return commit.answer();
    }

    @Override
    public CompletableFuture<Optional<Entry>> get(String key) {
        return now(store.get(key));
    }

    @Override
    public CompletableFuture<Page> list(String prefix, Optional<String> afterKey, int limit) {
        return now(store.list(prefix, afterKey, limit));
    }

    @Override
    public Watch watch(String prefix, long fromRevision, WatchListener listener) {
        return store.watch(prefix, fromRevision, listener);
    }

    @Override
    public CompletableFuture<Lease> grant(Duration timeToLive) {
        return now(store.grant(timeToLive));
    }

    @Override
    public CompletableFuture<Lease> keepAlive(long leaseId) {
        return now(store.keepAlive(leaseId));
    }

    @Override
    public CompletableFuture<Boolean> revoke(long leaseId) {
        return now(store.revoke(leaseId));
    }

    @Override
    public void close() {
        store.close();
    }
}
