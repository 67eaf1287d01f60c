package dev.muster.controller.simulation.disk;

import dev.muster.controller.simulation.time.Chance;
import dev.muster.controller.simulation.time.Timeline;
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

/**
 * One controller's way to the disk. Commits become durable one after the other, each some time after it was made, and are
 * answered in that order some time after that. Once one has failed, none behind it is stored: the store's contract.
 *
 * <p>When the controller dies, the first few of its commits that are still on their way may become durable all the same,
 * even after the next controller has begun; the others never do.
 */
public final class StoreConnection implements StateStore {

    private final SimulatedDisk disk;
    private final Timeline timeline;
    private final Chance chance;
    private final Runnable onAnswer;
    private long lastDueNanos;
    private int onTheirWay;
    private int storedAfterDeath = Integer.MAX_VALUE;
    private boolean opened;
    private boolean failed;
    private boolean severed;

    StoreConnection(SimulatedDisk disk, Timeline timeline, Chance chance, Runnable onAnswer) {
        this.disk = disk;
        this.timeline = timeline;
        this.chance = chance;
        this.onAnswer = onAnswer;
    }

    /** The controller has begun: from now on commits take their time. */
    public void opened() {
        opened = true;
    }

    /** The controller is dead and hears nothing any more. */
    public void sever() {
        severed = true;
        storedAfterDeath = onTheirWay == 0 ? 0 : chance.below(onTheirWay + 1);
    }

    @Override
    public CompletableFuture<CommitResult> commit(Transaction transaction) {
        if (!opened) {
            return CompletableFuture.completedFuture(disk.commit(transaction));
        }
        CompletableFuture<CommitResult> answer = new CompletableFuture<>();
        onTheirWay++;
        inOrder(() -> arrive(transaction, answer));
        return answer;
    }

    private void arrive(Transaction transaction, CompletableFuture<CommitResult> answer) {
        onTheirWay--;
        if (failed || storedAfterDeath == 0) {
            inOrder(() -> fail(answer));
        } else if (chance.happens(disk.weather().lost)) {
            failed = true;
            inOrder(() -> fail(answer));
        } else {
            storedAfterDeath--;
            CommitResult result =
                    chance.happens(disk.weather().forgotten) ? new CommitResult.Committed(1) : disk.commit(transaction);
            failed = chance.happens(disk.weather().unknown);
            boolean unheard = failed;
            inOrder(() -> {
                if (unheard) {
                    fail(answer);
                } else {
                    answer(() -> answer.complete(result));
                }
            });
        }
    }

    private void fail(CompletableFuture<CommitResult> answer) {
        answer(() -> answer.completeExceptionally(
                new StoreException.Unavailable("the disk does not answer; start again", null)));
    }

    private void answer(Runnable complete) {
        if (!severed) {
            complete.run();
            onAnswer.run();
        }
    }

    private void inOrder(Runnable event) {
        Duration takes = chance.millis(disk.weather().leastMillis, disk.weather().mostMillis);
        lastDueNanos = Math.max(lastDueNanos, timeline.getAsLong() + takes.toNanos());
        timeline.after(Duration.ofNanos(lastDueNanos - timeline.getAsLong()), event);
    }

    @Override
    public CompletableFuture<Optional<Entry>> get(String key) {
        return CompletableFuture.completedFuture(disk.now(disk.store().get(key)));
    }

    @Override
    public CompletableFuture<Page> list(String prefix, Optional<String> afterKey, int limit) {
        return CompletableFuture.completedFuture(disk.now(disk.store().list(prefix, afterKey, limit)));
    }

    @Override
    public Watch watch(String prefix, long fromRevision, WatchListener listener) {
        return disk.store().watch(prefix, fromRevision, listener);
    }

    @Override
    public CompletableFuture<Lease> grant(Duration timeToLive) {
        throw new UnsupportedOperationException("this controller works without leases");
    }

    @Override
    public CompletableFuture<Lease> keepAlive(long leaseId) {
        throw new UnsupportedOperationException("this controller works without leases");
    }

    @Override
    public CompletableFuture<Boolean> revoke(long leaseId) {
        throw new UnsupportedOperationException("this controller works without leases");
    }

    @Override
    public void close() {
        sever();
    }
}
