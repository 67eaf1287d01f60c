package dev.muster.controller.election;

import dev.muster.controller.store.CommitResult;
import dev.muster.controller.store.Entry;
import dev.muster.controller.store.Lease;
import dev.muster.controller.store.Page;
import dev.muster.controller.store.StateStore;
import dev.muster.controller.store.StoreException;
import dev.muster.controller.store.Transaction;
import dev.muster.controller.store.Watch;
import dev.muster.controller.store.WatchListener;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** One controller's line to a store that all share: it can be cut, or carry requests and lose the answers. */
final class FlakyStore implements StateStore {

    enum Line {
        GOOD,
        CUT,
        LOSES_ANSWERS
    }

    private final StateStore shared;
    Line line = Line.GOOD;

    FlakyStore(StateStore shared) {
        this.shared = shared;
    }

    private <R> CompletableFuture<R> ask(Supplier<CompletableFuture<R>> request) {
        return switch (line) {
            case GOOD -> request.get();
            case CUT -> failed();
            case LOSES_ANSWERS -> {
                var unused = request.get();
                yield failed();
            }
        };
    }

    private static <R> CompletableFuture<R> failed() {
        return CompletableFuture.failedFuture(new StoreException.Unavailable("no answer; try again", null));
    }

    @Override
    public CompletableFuture<Optional<Entry>> get(String key) {
        return ask(() -> shared.get(key));
    }

    @Override
    public CompletableFuture<Page> list(String prefix, Optional<String> afterKey, int limit) {
        return ask(() -> shared.list(prefix, afterKey, limit));
    }

    @Override
    public CompletableFuture<CommitResult> commit(Transaction transaction) {
        return ask(() -> shared.commit(transaction));
    }

    @Override
    public Watch watch(String prefix, long fromRevision, WatchListener listener) {
        return shared.watch(prefix, fromRevision, listener);
    }

    @Override
    public CompletableFuture<Lease> grant(Duration timeToLive) {
        return ask(() -> shared.grant(timeToLive));
    }

    @Override
    public CompletableFuture<Lease> keepAlive(long leaseId) {
        return ask(() -> shared.keepAlive(leaseId));
    }

    @Override
    public CompletableFuture<Boolean> revoke(long leaseId) {
        return ask(() -> shared.revoke(leaseId));
    }

    @Override
    public void close() {}
}
