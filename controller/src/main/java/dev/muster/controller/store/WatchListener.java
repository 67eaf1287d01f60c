package dev.muster.controller.store;

import java.util.List;

/**
 * Hears what changes. Calls come one at a time from a thread that serves this watch only, so a slow listener delays nobody
 * but itself; one that falls further behind than the store remembers is told so with {@link #onCompacted}.
 */
public interface WatchListener {

    /**
     * The changes of one revision to keys under the watched prefix, never empty; each revision comes once, in order.
     * An exception ends the watch with {@link #onFailure}.
     */
    void onChanges(List<Change> changes);

    /**
     * The watch has ended, because changes it should have delivered are no longer kept: list again, then watch anew.
     *
     * @param oldestRevision the oldest revision from which a watch can still begin
     */
    void onCompacted(long oldestRevision);

    /** The watch has ended, because the store did. */
    void onFailure(StoreException reason);
}
