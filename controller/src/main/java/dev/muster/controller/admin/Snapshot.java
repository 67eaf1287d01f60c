package dev.muster.controller.admin;

import dev.muster.controller.model.StoreKeys;
import dev.muster.controller.store.Answers;
import dev.muster.controller.store.Change;
import dev.muster.controller.store.Entry;
import dev.muster.controller.store.KeySpace;
import dev.muster.controller.store.Page;
import dev.muster.controller.store.StateStore;
import dev.muster.controller.store.StoreException;
import dev.muster.controller.store.Watch;
import dev.muster.controller.store.WatchListener;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * All records of a store as they were at one revision, without what belongs to the controllers that run: who leads.
 *
 * <p>The pages of a listing may be of different revisions while somebody commits. Then a watch from behind the first page
 * brings everything up to the last page's revision.
 *
 * @param entries by key
 */
record Snapshot(SortedMap<String, Entry> entries, long revision) {

    private static final long CATCH_UP_SECONDS = 20;

    static Snapshot of(StateStore store) {
        SortedMap<String, Entry> entries = new TreeMap<>();
        Optional<String> after = Optional.empty();
        long first = 0;
        Page page;
        do {
            page = Answers.await(store.list(KeySpace.ROOT, after, StateStore.MAX_PAGE_ENTRIES));
            first = first == 0 ? page.revision() : first;
            for (Entry entry : page.entries()) {
                entries.put(entry.key(), entry);
                after = Optional.of(entry.key());
            }
        } while (page.more());
        if (page.revision() > first) {
            catchUp(store, entries, first, page.revision());
        }
        entries.remove(StoreKeys.LEADER);
        return new Snapshot(entries, page.revision());
    }

    private static void catchUp(StateStore store, SortedMap<String, Entry> entries, long from, long to) {
        CatchUp listener = new CatchUp(entries, to);
        Watch watch = store.watch(KeySpace.ROOT, from + 1, listener);
        try {
            var unused = Answers.await(listener.done
                    .orTimeout(CATCH_UP_SECONDS, TimeUnit.SECONDS)
                    .handle((done, failure) -> {
                        if (failure != null) {
                            throw failure instanceof StoreException reason ? reason : restless();
                        }
                        return true;
                    }));
        } finally {
            watch.close();
        }
    }

    private static StoreException restless() {
        return new StoreException.Unavailable(
                "the store changed while it was read and did not say how; try again, or stop the controllers", null);
    }

    /** Applies changes up to a revision, which somebody has made or the watch would not be. */
    private static final class CatchUp implements WatchListener {
        final CompletableFuture<Boolean> done = new CompletableFuture<>();
        private final SortedMap<String, Entry> entries;
        private final long target;

        CatchUp(SortedMap<String, Entry> entries, long target) {
            this.entries = entries;
            this.target = target;
        }

        @Override
        public void onChanges(List<Change> changes) {
            long revision = changes.get(0).revision();
            if (revision <= target) {
                changes.forEach(this::apply);
            }
            if (revision >= target) {
                done.complete(true);
            }
        }

        private void apply(Change change) {
            if (change instanceof Change.Stored stored) {
                entries.put(change.key(), stored.entry());
            } else {
                entries.remove(change.key());
            }
        }

        @Override
        public void onCompacted(long oldestRevision) {
            done.completeExceptionally(restless());
        }

        @Override
        public void onFailure(StoreException reason) {
            done.completeExceptionally(reason);
        }
    }
}
