package dev.muster.controller.admin;

import dev.muster.controller.config.ConfigProblem;
import dev.muster.controller.model.StoreKeys;
import dev.muster.controller.store.Answers;
import dev.muster.controller.store.CommitResult;
import dev.muster.controller.store.Condition;
import dev.muster.controller.store.KeySpace;
import dev.muster.controller.store.Page;
import dev.muster.controller.store.StateStore;
import dev.muster.controller.store.StoreException;
import dev.muster.controller.store.StoreWrite;
import dev.muster.controller.store.Transaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Puts records into an empty store. Whether it is whole is said last: until then its schema key says that it is being
 * filled, and no controller starts on it. Each transaction asks that the key is still ours, so two cannot fill one store.
 */
final class Filling {

    private static final int MOST_WRITES = Transaction.MAX_OPERATIONS - 1;

    private final StateStore store;
    private final String where;
    private final List<StoreWrite> waiting = new ArrayList<>();
    private long waitingBytes;
    private Condition ours;

    private Filling(StateStore store, String where, Condition ours) {
        this.store = store;
        this.where = where;
        this.ours = ours;
    }

    /** Throws {@link ConfigProblem} where the store is not empty, and then changes nothing. */
    static Filling begin(StateStore store, String where) throws ConfigProblem {
        Page page = Answers.await(store.list(KeySpace.ROOT, Optional.empty(), 1));
        if (!page.entries().isEmpty()) {
            throw new ConfigProblem("store " + where + " is not empty, it has "
                    + page.entries().get(0).key()
                    + "; nothing was changed: name an empty one, or stop its controllers and empty it");
        }
        Filling filling = new Filling(store, where, new Condition.Absent(StoreKeys.SCHEMA));
        filling.write(List.of(StoreSchema.put(StoreSchema.FILLING)));
        return filling;
    }

    void addAll(Map<String, byte[]> records) {
        records.forEach(this::add);
    }

    private void add(String key, byte[] value) {
        if (key.equals(StoreKeys.SCHEMA)) {
            return;
        }
        StoreWrite write = new StoreWrite.Put(key, value);
        if (waiting.size() == MOST_WRITES || waitingBytes + write.bytes() > Transaction.MAX_BYTES) {
            flush();
        }
        waiting.add(write);
        waitingBytes += write.bytes();
    }

    private void flush() {
        if (!waiting.isEmpty()) {
            write(waiting);
            waiting.clear();
            waitingBytes = 0;
        }
    }

    /** Says that it is whole. */
    void finish() {
        flush();
        write(List.of(StoreSchema.put(StoreSchema.VERSION)));
    }

    private void write(List<StoreWrite> writes) {
        CommitResult result = Answers.await(store.commit(new Transaction(List.of(ours), writes)));
        if (!(result instanceof CommitResult.Committed committed)) {
            throw new StoreException.InUse("somebody else writes to store " + where
                    + " at the same time; stop that, empty the store and try again");
        }
        if (writes.get(0).key().equals(StoreKeys.SCHEMA)) {
            ours = new Condition.ModifiedAt(StoreKeys.SCHEMA, committed.revision());
        }
    }
}
