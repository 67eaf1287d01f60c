package dev.muster.controller.main;

import dev.muster.controller.config.ConfigProblem;
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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A store that may be away when its controller starts. Until it is there every request fails as unavailable, which is what a
 * follower expects of a store that is away later too. It is tried again and again, with growing, jittered pauses; what waiting
 * does not mend, a wrong password say, ends the trying.
 */
final class AwaitedStore implements StateStore {

    /** Opens the store; throws {@link StoreException.Unavailable} while it is away. */
    @FunctionalInterface
    interface Opening {
        StateStore open() throws ConfigProblem;
    }

    private static final Logger LOG = LoggerFactory.getLogger(AwaitedStore.class);
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);
    private static final int DOUBLINGS = 5;

    private final String where;
    private final Opening opening;
    private final RandomGenerator random;
    private final CompletableFuture<StateStore> arrival = new CompletableFuture<>();
    private final CompletableFuture<Void> firstTry = new CompletableFuture<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile Optional<StateStore> arrived = Optional.empty();

    private AwaitedStore(String where, Opening opening, RandomGenerator random) {
        this.where = where;
        this.opening = opening;
        this.random = random;
    }

    /** Begins to try, on a thread of its own. */
    static AwaitedStore open(String where, Opening opening, RandomGenerator random) {
        AwaitedStore store = new AwaitedStore(where, opening, random);
        Thread thread = new Thread(store::openAtLast, "muster-store-opening");
        thread.setDaemon(true);
        thread.start();
        return store;
    }

    private void openAtLast() {
        for (int failures = 0; closing.getCount() > 0; failures++) {
            try {
                arrive(opening.open(), failures);
                return;
            } catch (StoreException.Unavailable away) {
                if (failures == 0) {
                    LOG.warn("waits for the store {}: {}", where, away.getMessage());
                    firstTry.complete(null);
                }
            } catch (ConfigProblem | RuntimeException | Error refused) {
                arrival.completeExceptionally(refused);
                firstTry.completeExceptionally(refused);
                return;
            }
            pause(failures);
        }
    }

    private synchronized void arrive(StateStore store, int failures) {
        if (closing.getCount() == 0) {
            store.close();
            return;
        }
        if (failures > 0) {
            LOG.info("the store {} is there", where);
        }
        arrived = Optional.of(store);
        arrival.complete(store);
        firstTry.complete(null);
    }

    private void pause(int failures) {
        long longest = Math.min(LONGEST_PAUSE.toMillis(), SHORTEST_PAUSE.toMillis() << Math.min(failures, DOUBLINGS));
        try {
            boolean unused = closing.await(longest / 2 + random.nextLong(longest / 2), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for the first answer, but not for long; throws what ended the trying. */
    void awaitFirstTry(Duration patience) throws ConfigProblem {
        try {
            firstTry.get(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException ended) {
            if (ended.getCause() instanceof ConfigProblem problem) {
                throw problem;
            }
            if (ended.getCause() instanceof RuntimeException problem) {
                throw problem;
            }
            throw new IllegalStateException(ended.getCause());
        } catch (TimeoutException stillTrying) {
            // It says by itself what it waits for.
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Hears what ended the trying, also where that was before. */
    void onRefused(Consumer<Throwable> listener) {
        var unused = arrival.whenComplete((store, refused) -> {
            if (refused != null) {
                listener.accept(refused);
            }
        });
    }

    /** What is waited for; empty once it is there. */
    Optional<String> awaited() {
        return arrived.isPresent() ? Optional.empty() : Optional.of("waits for the store " + where);
    }

    // ---- the store

    private StoreException notThere() {
        return closing.getCount() == 0
                ? new StoreException.Closed("the store " + where + " was closed here; open it again")
                : new StoreException.Unavailable(
                        "the store " + where + " has not answered yet; check that most of its members run", null);
    }

    private <R> CompletableFuture<R> ask(Function<StateStore, CompletableFuture<R>> question) {
        return arrived.map(question).orElseGet(() -> CompletableFuture.failedFuture(notThere()));
    }

    @Override
    public CompletableFuture<Optional<Entry>> get(String key) {
        return ask(store -> store.get(key));
    }

    @Override
    public CompletableFuture<Page> list(String prefix, Optional<String> afterKey, int limit) {
        return ask(store -> store.list(prefix, afterKey, limit));
    }

    @Override
    public CompletableFuture<CommitResult> commit(Transaction transaction) {
        return ask(store -> store.commit(transaction));
    }

    @Override
    public Watch watch(String prefix, long fromRevision, WatchListener listener) {
        return arrived.map(store -> store.watch(prefix, fromRevision, listener)).orElseGet(() -> {
            var unused = CompletableFuture.runAsync(() -> listener.onFailure(notThere()));
            return () -> {};
        });
    }

    @Override
    public CompletableFuture<Lease> grant(Duration timeToLive) {
        return ask(store -> store.grant(timeToLive));
    }

    @Override
    public CompletableFuture<Lease> keepAlive(long leaseId) {
        return ask(store -> store.keepAlive(leaseId));
    }

    @Override
    public CompletableFuture<Boolean> revoke(long leaseId) {
        return ask(store -> store.revoke(leaseId));
    }

    /** A try that is under way ends by itself, and what it opened is closed. */
    @Override
    public void close() {
        synchronized (this) {
            closing.countDown();
        }
        arrived.ifPresent(StateStore::close);
    }
}
