package dev.muster.controller.simulation.disk;

import dev.muster.controller.store.CommitResult;
import dev.muster.controller.store.Entry;
import dev.muster.controller.store.Lease;
import dev.muster.controller.store.Page;
import dev.muster.controller.store.StateStore;
import dev.muster.controller.store.Transaction;
import dev.muster.controller.store.Watch;
import dev.muster.controller.store.WatchListener;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The store for whoever waits for each answer, as a controller does that takes up what is stored: no time passes. */
record StoreAtOnce(SimulatedDisk disk) implements StateStore {

    private <R> CompletableFuture<R> now(CompletableFuture<R> answer) {
        disk.settle();
        return answer;
    }

    @Override
    public CompletableFuture<Optional<Entry>> get(String key) {
        return now(disk.store().get(key));
    }

    @Override
    public CompletableFuture<Page> list(String prefix, Optional<String> afterKey, int limit) {
        return now(disk.store().list(prefix, afterKey, limit));
    }

    @Override
    public CompletableFuture<CommitResult> commit(Transaction transaction) {
        return now(disk.store().commit(transaction));
    }

    @Override
    public Watch watch(String prefix, long fromRevision, WatchListener listener) {
        return disk.store().watch(prefix, fromRevision, listener);
    }

    @Override
    public CompletableFuture<Lease> grant(Duration timeToLive) {
        return now(disk.store().grant(timeToLive));
    }

    @Override
    public CompletableFuture<Lease> keepAlive(long leaseId) {
        return now(disk.store().keepAlive(leaseId));
    }

    @Override
    public CompletableFuture<Boolean> revoke(long leaseId) {
        return now(disk.store().revoke(leaseId));
    }

    @Override
    public void close() {}
}
