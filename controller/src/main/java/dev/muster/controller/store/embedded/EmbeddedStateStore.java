package dev.muster.controller.store.embedded;

import dev.muster.controller.store.CommitResult;
import dev.muster.controller.store.Entry;
import dev.muster.controller.store.KeySpace;
import dev.muster.controller.store.Lease;
import dev.muster.controller.store.Page;
import dev.muster.controller.store.StateStore;
import dev.muster.controller.store.StoreException;
import dev.muster.controller.store.Transaction;
import dev.muster.controller.store.Watch;
import dev.muster.controller.store.WatchListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A {@link StateStore} in this process.
 *
 * <p>One thread takes what waits, applies it in order, makes all of it durable with one sync, and then completes the
 * futures; meanwhile the next group gathers. When a save fails the store stops for good: what the failed group did is
 * unknown until the file is opened again, and everything acknowledged before is in it.
 */
public final class EmbeddedStateStore implements StateStore {

    private static final Logger log = LoggerFactory.getLogger(EmbeddedStateStore.class);
    private static final long LEASE_CHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long CLOSE_MILLIS = 30_000;
    private static final Duration SHORTEST_LEASE = Duration.ofSeconds(1);
    private static final Duration LONGEST_LEASE = Duration.ofDays(1);

    private final StoreFile file;
    private final RequestQueue queue;
    private final ChangeHistory history;
    private final List<HistoryWatch> steppedWatches = new CopyOnWriteArrayList<>();
    private final @Nullable Thread writer;
    private volatile boolean finished;

    private EmbeddedStateStore(StoreFile file, EmbeddedSettings settings, boolean ownThread) {
        this.file = file;
        queue = new RequestQueue(settings);
        history = new ChangeHistory(settings, file.tables().revision() + 1);
        writer = ownThread ? new Thread(this::runUntilClosed, "muster-store-writer") : null;
        if (writer != null) {
            writer.setDaemon(true);
            writer.start();
        }
    }

    /**
     * Opens the store of a directory, creating both where there is none. Throws {@link StoreException.InUse},
     * {@link StoreException.Corrupt} or {@link StoreException.Unavailable}, each with a message for the operator.
     *
     * @param nanoTicker monotonic nanoseconds, for leases
     */
    public static EmbeddedStateStore open(Path directory, EmbeddedSettings settings, LongSupplier nanoTicker) {
        return open(directory, "", settings, nanoTicker);
    }

    /** Whether a directory holds a store, in use or not. */
    public static boolean exists(Path directory) {
        return Files.exists(directory.resolve(DataDirectory.STORE_FILE))
                || Files.exists(directory.resolve(DataDirectory.WITNESS_FILE));
    }

    /** As above on one of MVStore's file systems, named by its prefix. */
    static EmbeddedStateStore open(
            Path directory, String fileSystem, EmbeddedSettings settings, LongSupplier nanoTicker) {
        DataDirectory owned = DataDirectory.acquire(directory);
        try {
            return new EmbeddedStateStore(StoreFile.open(owned, fileSystem, settings, nanoTicker), settings, true);
        } catch (RuntimeException failure) {
            owned.close();
            throw failure;
        }
    }

    /** A store that forgets everything when it is closed. */
    public static EmbeddedStateStore inMemory(EmbeddedSettings settings, LongSupplier nanoTicker) {
        return new EmbeddedStateStore(StoreFile.inMemory(nanoTicker), settings, true);
    }

    /** A store in memory without any thread: everything happens in {@link #step}, for simulations. */
    public static EmbeddedStateStore stepped(EmbeddedSettings settings, LongSupplier nanoTicker) {
        return new EmbeddedStateStore(StoreFile.inMemory(nanoTicker), settings, false);
    }

    @Override
    public CompletableFuture<Optional<Entry>> get(String key) {
        KeySpace.requireKey(key);
        return ask(key.length(), tables -> tables.get(key));
    }

    @Override
    public CompletableFuture<Page> list(String prefix, Optional<String> afterKey, int limit) {
        KeySpace.requirePrefix(prefix);
        afterKey.ifPresent(KeySpace::requirePrefix);
        Tables.requireLimit(limit);
        return ask(prefix.length(), tables -> tables.list(prefix, afterKey, limit));
    }

    @Override
    public CompletableFuture<CommitResult> commit(Transaction transaction) {
        try {
            transaction.requireWithinLimits();
        } catch (StoreException.TooLarge tooLarge) {
            return CompletableFuture.failedFuture(tooLarge);
        }
        return ask(transaction.bytes(), tables -> tables.commit(transaction));
    }

    @Override
    public Watch watch(String prefix, long fromRevision, WatchListener listener) {
        KeySpace.requirePrefix(prefix);
        if (fromRevision < 1) {
            throw new IllegalArgumentException("watch from revision " + fromRevision + "; revisions begin with 1");
        }
        HistoryWatch watch = new HistoryWatch(history, prefix, fromRevision, listener);
        if (writer == null) {
            steppedWatches.add(watch);
        } else {
            Thread delivery = new Thread(watch::deliverUntilClosed, "muster-store-watch " + prefix);
            delivery.setDaemon(true);
            delivery.start();
        }
        return watch;
    }

    @Override
    public CompletableFuture<Lease> grant(Duration timeToLive) {
        if (timeToLive.compareTo(SHORTEST_LEASE) < 0 || timeToLive.compareTo(LONGEST_LEASE) > 0) {
            throw new IllegalArgumentException(
                    "lease of " + timeToLive + "; ask for " + SHORTEST_LEASE + " to " + LONGEST_LEASE);
        }
        return ask(0, tables -> tables.grant(timeToLive));
    }

    @Override
    public CompletableFuture<Lease> keepAlive(long leaseId) {
        return ask(0, tables -> tables.keepAlive(leaseId));
    }

    @Override
    public CompletableFuture<Boolean> revoke(long leaseId) {
        return ask(0, tables -> tables.revoke(leaseId));
    }

    private <R> CompletableFuture<R> ask(long bytes, Function<Tables, R> work) {
        Request<R> request = new Request<>(bytes, work);
        queue.offer(request);
        return request.answer();
    }

    /** Does one group of what waits, on a store without a thread, and answers whether there was any. */
    public boolean step() {
        if (writer != null) {
            throw new IllegalStateException("this store has its own thread; step only what stepped() made");
        }
        boolean worked = runGroup(0);
        steppedWatches.removeIf(watch -> !watch.deliverAvailable());
        return worked;
    }

    private void runUntilClosed() {
        while (!finished) {
            runGroup(file.tables().hasLeases() ? LEASE_CHECK_NANOS : IDLE_NANOS);
        }
    }

    private boolean runGroup(long waitNanos) {
        if (finished) {
            return false;
        }
        List<Request<?>> group = queue.take(waitNanos);
        try {
            apply(group);
        } catch (Throwable failure) {
            stopAfter(failure, group);
            return true;
        }
        group.forEach(Request::complete);
        if (queue.isDrained()) {
            finish();
        }
        return !group.isEmpty();
    }

    private void apply(List<Request<?>> group) throws IOException {
        Tables tables = file.tables();
        tables.endLeases();
        for (Request<?> request : group) {
            request.run(tables);
        }
        if (tables.prepareToSave()) {
            file.save();
        }
        history.publish(tables.takeUnpublished());
    }

    private void stopAfter(Throwable failure, List<Request<?>> group) {
        StoreException reason = Failures.working(file.name(), failure);
        log.error("{}", reason.getMessage());
        log.debug("how the store failed", failure);
        finished = true;
        queue.stop(reason);
        try {
            file.abandon();
        } catch (RuntimeException | Error second) {
            log.warn("{} could not be closed: {}", file.name(), second.toString());
        }
        group.forEach(request -> request.fail(reason));
        for (List<Request<?>> rest = queue.take(0); !rest.isEmpty(); rest = queue.take(0)) {
            rest.forEach(request -> request.fail(reason));
        }
        history.end(reason);
    }

    private void finish() {
        finished = true;
        try {
            file.close();
        } catch (RuntimeException | Error failure) {
            log.warn(
                    "{} could not be closed cleanly, it is checked when next opened: {}",
                    file.name(),
                    failure.toString());
        }
        history.end(closed());
    }

    private StoreException closed() {
        return new StoreException.Closed(file.name() + " was closed; open it again");
    }

    @Override
    public void close() {
        queue.stop(closed());
        if (writer == null) {
            while (!finished) {
                step();
            }
        } else if (writer != Thread.currentThread()) {
            awaitWriter(writer);
        }
    }

    private void awaitWriter(Thread thread) {
        try {
            thread.join(CLOSE_MILLIS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        if (thread.isAlive()) {
            log.warn("{} is still saving; it is complete only when the process ends by itself", file.name());
        }
    }
}
