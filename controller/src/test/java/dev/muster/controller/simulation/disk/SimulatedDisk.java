package dev.muster.controller.simulation.disk;

import dev.muster.controller.simulation.invariant.Witness;
import dev.muster.controller.simulation.time.Chance;
import dev.muster.controller.simulation.time.SimulatedProcess;
import dev.muster.controller.simulation.time.Timeline;
import dev.muster.controller.store.Change;
import dev.muster.controller.store.CommitResult;
import dev.muster.controller.store.KeySpace;
import dev.muster.controller.store.StateStore;
import dev.muster.controller.store.StoreException;
import dev.muster.controller.store.Transaction;
import dev.muster.controller.store.WatchListener;
import dev.muster.controller.store.embedded.EmbeddedSettings;
import dev.muster.controller.store.embedded.EmbeddedStateStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The real store, in memory, which outlives every controller and may be shared by several; what it holds is told to a witness as it changes. */
public final class SimulatedDisk {

    private final Timeline timeline;
    private final Chance chance;
    private final EmbeddedStateStore store;
    private final Witness witness;
    private final Records records;
    private final DiskWeather weather = new DiskWeather();
    private final List<List<Change>> unread = new ArrayList<>();

    public SimulatedDisk(Timeline timeline, Chance chance, Witness witness) {
        this.timeline = timeline;
        this.chance = chance;
        this.store = EmbeddedStateStore.stepped(EmbeddedSettings.DEFAULT, timeline);
        this.witness = witness;
        this.records = new Records(witness);
        store.watch(KeySpace.ROOT, 1, new WatchListener() {
            @Override
            public void onChanges(List<Change> changes) {
                unread.add(changes);
            }

            @Override
            public void onCompacted(long oldestRevision) {
                throw new AssertionError("changes were lost before revision " + oldestRevision);
            }

            @Override
            public void onFailure(StoreException reason) {}
        });
    }

    /**
     * A way to the store for one life of a controller.
     *
     * @param patience how long it waits for an answer; empty: for ever
     */
    public StoreConnection connect(SimulatedProcess process, Optional<Duration> patience) {
        return new StoreConnection(this, timeline, chance.apart(), process, patience);
    }

    /** The store for whoever stands still until he is answered. */
    public StateStore atOnce() {
        return new StoreAtOnce(this);
    }

    public DiskWeather weather() {
        return weather;
    }

    public Records records() {
        return records;
    }

    public void close() {
        store.close();
    }

    /** @param term in which it was decided; 0: in none */
    CompletableFuture<CommitResult> commit(Transaction transaction, long term) {
        settle();
        CompletableFuture<CommitResult> answer = store.commit(transaction);
        work();
        boolean stored = !answer.isCompletedExceptionally()
                && answer.join() instanceof CommitResult.Committed
                && !transaction.writes().isEmpty();
        if (term != 0 && stored) {
            witness.committed(term);
        }
        read();
        return answer;
    }

    StateStore store() {
        return store;
    }

    /** Does at once what was asked, ends leases whose time is over, and reads what has changed. */
    void settle() {
        work();
        read();
    }

    private void work() {
        while (store.step()) {
            // until everything is answered
        }
    }

    private void read() {
        for (List<Change> changes : unread) {
            records.read(changes);
        }
        unread.clear();
    }
}
