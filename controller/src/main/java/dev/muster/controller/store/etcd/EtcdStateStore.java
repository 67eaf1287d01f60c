package dev.muster.controller.store.etcd;

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
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.lease.LeaseGrantResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.function.LongSupplier;

/**
 * A {@link StateStore} in etcd: while etcd is away, commits fail as {@link StoreException.Unavailable} within the request
 * timeout (5 s), nothing is acknowledged that is not stored, and service returns by itself.
 *
 * <p>One request is under way at a time, because etcd runs those that arrive together in any order. Commits that gather
 * meanwhile go together where that means the same ({@link CommitGroup}), and then share a revision.
 *
 * <p>A commit that failed as Unavailable may still reach etcd late, from a member that slept. Whoever goes on must first
 * make its conditions false, as a leader does by taking a new token, and then read.
 */
public final class EtcdStateStore implements StateStore {

    private static final long CLOSE_MILLIS = 30_000;
    private static final int RENEWALS_WAITING = 1_000;
    /** Short, so that a member that sleeps is left for another one while the lease still runs. */
    private static final Duration LONGEST_RENEWAL = Duration.ofSeconds(1);

    private static final Duration SHORTEST_LEASE = Duration.ofSeconds(1);
    private static final Duration LONGEST_LEASE = Duration.ofDays(1);

    private final EtcdSettings settings;
    private final Duration renewalTimeout;
    private final EtcdConnection connection;
    private final Commits commits;
    private final Listing listing;
    private final Compactor compactor;
    private final RequestLine requests;
    private final RequestLine renewals;
    private final Set<EtcdWatch> watches = ConcurrentHashMap.newKeySet();
    private final List<Thread> threads = new ArrayList<>();

    private EtcdStateStore(EtcdSettings settings, EtcdConnection connection, LongSupplier nanoTicker) {
        this.settings = settings;
        renewalTimeout =
                settings.requestTimeout().compareTo(LONGEST_RENEWAL) < 0 ? settings.requestTimeout() : LONGEST_RENEWAL;
        this.connection = connection;
        commits = new Commits(connection);
        listing = new Listing(connection);
        compactor = new Compactor(connection, settings.compactionInterval(), nanoTicker);
        requests = serve("muster-etcd", settings.queueRequests(), settings.queueBytes());
        renewals = serve("muster-etcd-leases", RENEWALS_WAITING, settings.queueBytes());
    }

    /**
     * Connects, and makes sure that etcd answers, knows the user and is of a release that works. Throws
     * {@link StoreException.Unavailable} where it does not answer and {@link StoreException.Refused} where that will not pass, each
     * with a message for the operator.
     *
     * @param nanoTicker monotonic nanoseconds, for compaction
     */
    public static EtcdStateStore open(EtcdSettings settings, LongSupplier nanoTicker) {
        EtcdConnection connection = EtcdConnection.to(settings);
        try {
            MemberCheck.check(settings, connection);
            return new EtcdStateStore(settings, connection, nanoTicker);
        } catch (RuntimeException failure) {
            connection.close();
            throw failure;
        }
    }

    private RequestLine serve(String threadName, int maxRequests, long maxBytes) {
        RequestLine line = new RequestLine(maxRequests, maxBytes);
        Thread thread = new Thread(() -> runUntilClosed(line), threadName);
        thread.setDaemon(true);
        thread.start();
        threads.add(thread);
        return line;
    }

    @Override
    public CompletableFuture<Optional<Entry>> get(String key) {
        KeySpace.requireKey(key);
        return ask(requests, key.length(), () -> {
            GetResponse found = connection.ask(client -> client.getKVClient().get(Texts.bytes(key)));
            return found.getKvs().stream().findFirst().map(Texts::entry);
        });
    }

    @Override
    public CompletableFuture<Page> list(String prefix, Optional<String> afterKey, int limit) {
        KeySpace.requirePrefix(prefix);
        afterKey.ifPresent(KeySpace::requirePrefix);
        if (limit < 1 || limit > MAX_PAGE_ENTRIES) {
            throw new IllegalArgumentException(
                    "page limit " + limit + "; ask for 1 to " + MAX_PAGE_ENTRIES + " entries");
        }
        return ask(requests, prefix.length(), () -> listing.page(prefix, afterKey, limit));
    }

    @Override
    public CompletableFuture<CommitResult> commit(Transaction transaction) {
        try {
            transaction.requireWithinLimits();
        } catch (StoreException.TooLarge tooLarge) {
            return CompletableFuture.failedFuture(tooLarge);
        }
        CommitRequest request = new CommitRequest(transaction, () -> commitAlone(transaction));
        requests.offer(request);
        return request.answer();
    }

    @Override
    public Watch watch(String prefix, long fromRevision, WatchListener listener) {
        KeySpace.requirePrefix(prefix);
        if (fromRevision < 1) {
            throw new IllegalArgumentException("watch from revision " + fromRevision + "; revisions begin with 1");
        }
        EtcdWatch watch = new EtcdWatch(settings.name(), connection, prefix, fromRevision, listener);
        watches.removeIf(EtcdWatch::isOver);
        watches.add(watch);
        Thread delivery = new Thread(watch::deliverUntilClosed, "muster-etcd-watch " + prefix);
        delivery.setDaemon(true);
        delivery.start();
        return watch;
    }

    @Override
    public CompletableFuture<Lease> grant(Duration timeToLive) {
        if (timeToLive.compareTo(SHORTEST_LEASE) < 0 || timeToLive.compareTo(LONGEST_LEASE) > 0) {
            throw new IllegalArgumentException(
                    "lease of " + timeToLive + "; ask for " + SHORTEST_LEASE + " to " + LONGEST_LEASE);
        }
        long seconds = timeToLive.plusSeconds(1).minusNanos(1).toSeconds();
        return ask(requests, 0, () -> {
            LeaseGrantResponse granted =
                    connection.ask(client -> client.getLeaseClient().grant(seconds));
            return new Lease(granted.getID(), Duration.ofSeconds(granted.getTTL()));
        });
    }

    @Override
    public CompletableFuture<Lease> keepAlive(long leaseId) {
        return ask(renewals, 0, () -> {
            try {
                long seconds = connection
                        .ask(client -> client.getLeaseClient().keepAliveOnce(leaseId), renewalTimeout)
                        .getTTL();
                return new Lease(leaseId, Duration.ofSeconds(seconds));
            } catch (ExecutionException failure) {
                if (Failures.isLeaseNotFound(failure)) {
                    throw new StoreException.LeaseNotFound(leaseId);
                }
                throw failure;
            }
        });
    }

    @Override
    public CompletableFuture<Boolean> revoke(long leaseId) {
        return ask(requests, 0, () -> {
            try {
                var unused = connection.ask(client -> client.getLeaseClient().revoke(leaseId));
                return true;
            } catch (ExecutionException failure) {
                if (Failures.isLeaseNotFound(failure)) {
                    return false;
                }
                throw failure;
            }
        });
    }

    private static <R> CompletableFuture<R> ask(RequestLine line, long bytes, Request.Work<R> work) {
        Request<R> request = new Request<>(bytes, work);
        line.offer(request);
        return request.answer();
    }

    private void runUntilClosed(RequestLine line) {
        for (List<Request<?>> taken = line.take(); !taken.isEmpty(); taken = line.take()) {
            List<Request<?>> left = new ArrayList<>(taken);
            try {
                run(left);
            } catch (StoreException unavailable) {
                line.failAll(left, unavailable);
            } catch (ExecutionException | RuntimeException | Error failure) {
                line.failAll(left, Failures.of(settings.name(), failure));
            }
        }
    }

    /** Takes out of the list what has been answered. */
    private void run(List<Request<?>> left) throws ExecutionException {
        if (left.size() > 1 && completeTogether(left)) {
            left.clear();
        }
        while (!left.isEmpty()) {
            left.get(0).run();
            left.remove(0);
        }
    }

    private boolean completeTogether(List<Request<?>> requestsTaken) throws ExecutionException {
        List<CommitRequest> group = new ArrayList<>();
        requestsTaken.forEach(request -> group.add((CommitRequest) request));
        OptionalLong revision = commits.commitTogether(group);
        if (revision.isEmpty()) {
            return false;
        }
        compactor.committed(revision.getAsLong());
        CommitResult result = new CommitResult.Committed(revision.getAsLong());
        group.forEach(request -> request.answer().complete(result));
        return true;
    }

    private CommitResult commitAlone(Transaction transaction) throws ExecutionException {
        CommitResult result = commits.commit(transaction);
        if (result instanceof CommitResult.Committed committed) {
            compactor.committed(committed.revision());
        }
        return result;
    }

    @Override
    public void close() {
        StoreException closed = new StoreException.Closed(settings.name() + " was closed here; open it again");
        requests.close(closed);
        renewals.close(closed);
        for (Thread thread : threads) {
            awaitEnd(thread);
        }
        watches.forEach(watch -> watch.end(closed));
        connection.close();
    }

    private static void awaitEnd(Thread thread) {
        try {
            if (thread != Thread.currentThread()) {
                thread.join(CLOSE_MILLIS);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
