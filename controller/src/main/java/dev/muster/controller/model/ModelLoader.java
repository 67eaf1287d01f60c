package dev.muster.controller.model;

import dev.muster.controller.state.NodeRecord;
import dev.muster.controller.store.Answers;
import dev.muster.controller.store.Entry;
import dev.muster.controller.store.Page;
import dev.muster.controller.store.StateStore;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;

/** Fills the model from the store when a controller starts. */
public final class ModelLoader {

    private final StateStore store;
    private final RecordFormat format;
    private final ClusterModel model;

    public ModelLoader(StateStore store, RecordFormat format, ClusterModel model) {
        this.store = store;
        this.format = format;
        this.model = model;
    }

    /** Reads everything; blocks, so call it before anything else runs. */
    public void load() {
        load(UnaryOperator.identity());
    }

    /**
     * As {@link #load()}, with hosts seen anew.
     *
     * @param placed gives a stored host its place in the fabric of now, where that is known from its labels
     */
    public void load(UnaryOperator<NodeRecord> placed) {
        each(StoreKeys.PLACEMENTS, (key, bytes) -> model.put(format.placement(key, bytes)));
        each(StoreKeys.EVENTS, (key, bytes) -> model.add(format.event(key, bytes)));
        each(StoreKeys.LEDGERS, (key, bytes) -> model.put(last(StoreKeys.LEDGERS, key), format.ledger(key, bytes)));
        each(StoreKeys.JOBS, (key, bytes) -> model.put(format.job(key, bytes)));
        each(StoreKeys.GOODPUT, (key, bytes) -> model.put(last(StoreKeys.GOODPUT, key), format.goodput(key, bytes)));
        each(StoreKeys.NODES, (key, bytes) -> model.put(placed.apply(format.node(key, bytes))));
    }

    private static String last(String prefix, String key) {
        return key.substring(prefix.length());
    }

    /** The store looks for the next page while this one is decoded. */
    private void each(String prefix, BiConsumer<String, byte[]> take) {
        CompletableFuture<Page> coming = store.list(prefix, Optional.empty(), StateStore.MAX_PAGE_ENTRIES);
        Page page;
        do {
            page = Answers.await(coming);
            List<Entry> entries = page.entries();
            if (page.more()) {
                coming = store.list(
                        prefix, Optional.of(entries.get(entries.size() - 1).key()), StateStore.MAX_PAGE_ENTRIES);
            }
            entries.forEach(entry -> take.accept(entry.key(), entry.value()));
        } while (page.more());
    }
}
