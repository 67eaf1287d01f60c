package dev.muster.controller.election;

import dev.muster.controller.loop.LoopException;
import dev.muster.controller.model.StoreKeys;
import dev.muster.controller.store.CommitResult;
import dev.muster.controller.store.CommitResult.Committed;
import dev.muster.controller.store.Condition;
import dev.muster.controller.store.Entry;
import dev.muster.controller.store.StateStore;
import dev.muster.controller.store.StoreWrite;
import dev.muster.controller.store.Transaction;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/**
 * The right to decide, held by having written the leader key. It is guarded twice. Each commit asks that the key is still as
 * this controller wrote it, so that one that was replaced while it slept can store nothing. And where the key hangs on a lease,
 * nothing is done at all once the lease may have ended: the time is counted from when its last renewal was <em>sent</em>, so it
 * ends here before it ends in the store.
 */
public final class Leadership {

    private final long token;
    private final long term;
    private final LongSupplier nanoTicker;
    private final boolean leased;
    private volatile long untilNanos;
    private volatile boolean ended;

    private Leadership(long token, boolean leased, LongSupplier nanoTicker, long untilNanos) {
        this.token = token;
        this.term = leased ? token : 0;
        this.leased = leased;
        this.nanoTicker = nanoTicker;
        this.untilNanos = untilNanos;
    }

    /**
     * Takes the lead from whoever had it, for good: for a store that has one owner at a time, so that who had it is an earlier
     * life of this controller. There is no lease to wait for.
     *
     * @param identity for people: host and process
     */
    public static CompletableFuture<Leadership> take(StateStore store, String identity) {
        byte[] value = new Candidate(identity, "").encode();
        return store.get(StoreKeys.LEADER).thenCompose(present -> {
            Transaction claim =
                    new Transaction(List.of(unchanged(present)), List.of(new StoreWrite.Put(StoreKeys.LEADER, value)));
            return store.commit(claim).thenApply(Leadership::sole);
        });
    }

    private static Condition unchanged(Optional<Entry> present) {
        return present.<Condition>map(entry -> new Condition.ModifiedAt(StoreKeys.LEADER, entry.modRevision()))
                .orElseGet(() -> new Condition.Absent(StoreKeys.LEADER));
    }

    private static Leadership sole(CommitResult result) {
        if (result instanceof Committed committed) {
            return new Leadership(committed.revision(), false, () -> 0, 0);
        }
        throw new IllegalStateException("another controller took the lead at the same moment; start this one again");
    }

    /** Won in an election; held until then unless it is renewed. */
    static Leadership leased(long token, LongSupplier nanoTicker, long untilNanos) {
        return new Leadership(token, true, nanoTicker, untilNanos);
    }

    void renew(long laterNanos) {
        untilNanos = laterNanos;
    }

    /** It was given up or lost; nothing brings it back. */
    void end() {
        ended = true;
    }

    long token() {
        return token;
    }

    /**
     * A number that grows with each change of leader, so that agents can tell an old leader from a new one; 0 where there is
     * only ever one controller.
     */
    public long term() {
        return term;
    }

    /** Whether this controller may act now. */
    public boolean isHeld() {
        return !ended && (!leased || untilNanos - nanoTicker.getAsLong() > 0);
    }

    /**
     * What must be true for this controller to store anything.
     *
     * @throws LoopException.NotLeading where no store needs to be asked
     */
    public List<Condition> fence() {
        if (!isHeld()) {
            throw new LoopException.NotLeading("this controller leads no more: "
                    + (ended ? "it gave up the lead" : "its lease was not renewed in time"));
        }
        return List.of(new Condition.ModifiedAt(StoreKeys.LEADER, token));
    }
}
