package dev.muster.controller.main;

import dev.muster.controller.model.StoreKeys;
import dev.muster.controller.store.StateStore;
import java.util.Optional;

/** The store's revision as it was when somebody last asked for a look; for people and metrics only. */
final class RevisionWatch {

    private final StateStore store;
    private volatile long revision;

    RevisionWatch(StateStore store) {
        this.store = store;
    }

    /** Asks the store, which answers in its own time. */
    void look() {
        var unused = store.list(StoreKeys.LEADER, Optional.empty(), 1).thenAccept(page -> revision = page.revision());
    }

    long revision() {
        return revision;
    }
}
