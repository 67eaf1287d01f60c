package dev.muster.controller.store;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A durable map from keys to values with one revision for all of it, which grows by one with each transaction that changes
 * something; transactions that are in flight together may share one.
 *
 * <p><b>Order.</b> Requests of one thread take effect, and their futures complete, in the order they were made. Many may be
 * in flight. Once one fails as {@link StoreException.Unavailable}, every commit fails too that was made after it and before
 * its future, with all that is chained to it, has completed: no later decision is ever stored without an earlier one. Only
 * renewals of leases overtake what waits.
 *
 * <p><b>Durability.</b> When the future of a commit completes with {@link CommitResult.Committed}, the writes survive the
 * death of process and machine. Reads and conflicts never show what is not yet durable.
 *
 * <p><b>Failure.</b> Futures fail with a {@link StoreException}; the methods themselves throw only for mistakes of the
 * program, such as a key outside {@link KeySpace#ROOT}.
 *
 * <p><b>Threads.</b> Every method may be called from any thread and never blocks, {@link #close} excepted. Futures complete
 * on the store's own thread: what is chained to them without an executor must be short and must not wait for the store.
 */
public interface StateStore extends AutoCloseable {

    /** Pages are bounded in bytes too. Few large pages: etcd 3.4 looks at every key that is left for each page. */
    int MAX_PAGE_ENTRIES = 10_000;

    /** The key as it is now. */
    CompletableFuture<Optional<Entry>> get(String key);

    /**
     * The keys under a prefix, in order.
     *
     * @param afterKey where to go on: the last key of the page before
     * @param limit 1 to {@link #MAX_PAGE_ENTRIES}; a page of large values may hold fewer and still say that more follow
     */
    CompletableFuture<Page> list(String prefix, Optional<String> afterKey, int limit);

    /**
     * Applies the writes if every condition holds. A transaction that changes nothing is answered with the present
     * revision. Fails with {@link StoreException.TooLarge} above the limits of {@link Transaction}, with
     * {@link StoreException.LeaseNotFound} for a put with an unknown lease, with {@link StoreException.Busy} when too much
     * is waiting; in these three cases nothing was done.
     */
    CompletableFuture<CommitResult> commit(Transaction transaction);

    /**
     * Delivers each change to keys under the prefix from this revision on (inclusive), once and in order, without end.
     *
     * @param fromRevision at least 1; may lie in the future
     */
    Watch watch(String prefix, long fromRevision, WatchListener listener);

    /** Grants a lease of at least one second. */
    CompletableFuture<Lease> grant(Duration timeToLive);

    /** Renews the lease for another {@code timeToLive}; fails with {@link StoreException.LeaseNotFound} if it has ended. */
    CompletableFuture<Lease> keepAlive(long leaseId);

    /** Ends the lease and deletes its keys; answers whether it existed. */
    CompletableFuture<Boolean> revoke(long leaseId);

    /** Completes what is under way, fails what comes later with {@link StoreException.Closed}, frees everything. */
    @Override
    void close();
}
