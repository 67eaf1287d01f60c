package dev.muster.controller.simulation.disk;

import dev.muster.controller.simulation.invariant.Witness;
import dev.muster.controller.simulation.time.Chance;
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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The real store, in memory, which outlives every controller; what it holds is told to a witness as it changes. */
public final class SimulatedDisk {

    private final Timeline timeline;
    private final Chance chance;
    private final EmbeddedStateStore store;
    private final Records records;
    private final DiskWeather weather = new DiskWeather();
    private final List<List<Change>> unread = new ArrayList<>();

    public SimulatedDisk(Timeline timeline, Chance chance, Witness witness) {
        this.timeline = timeline;
        this.chance = chance;
        this.store = EmbeddedStateStore.stepped(EmbeddedSettings.DEFAULT, timeline);
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

    /** A way to the disk for one life of a controller. */
    public StoreConnection connect(Runnable onAnswer) {
        return new StoreConnection(this, timeline, chance.apart(), onAnswer);
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

    CommitResult commit(Transaction transaction) {
        return now(store.commit(transaction));
    }

    StateStore store() {
        return store;
    }

    /** Does at once what was asked, and reads what has changed by it. */
    <R> R now(CompletableFuture<R> answer) {
        while (store.step()) {
            // until everything is answered
        }
        for (List<Change> changes : unread) {
            records.read(changes);
        }
        unread.clear();
        return answer.join();
    }
}
