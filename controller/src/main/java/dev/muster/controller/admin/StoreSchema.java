package dev.muster.controller.admin;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.muster.controller.model.StoreKeys;
import dev.muster.controller.store.Answers;
import dev.muster.controller.store.CommitResult;
import dev.muster.controller.store.Condition;
import dev.muster.controller.store.Entry;
import dev.muster.controller.store.StateStore;
import dev.muster.controller.store.StoreException;
import dev.muster.controller.store.StoreWrite;
import dev.muster.controller.store.Transaction;
import java.util.List;
import java.util.Optional;

/**
 * Which form the records of a store have. The key is written by the first controller and stays readable for every
 * release, whatever else changes.
 */
public final class StoreSchema {

    public static final String VERSION = "1";

    /** What the key holds while a restore or copy is under way: such a store is not whole yet. */
    static final String FILLING = "filling";

    private StoreSchema() {}

    /**
     * Writes the version where there is none yet, else requires it.
     *
     * @param where the store, for messages
     */
    public static void claim(StateStore store, String where) {
        if (present(store).isEmpty()) {
            // Who loses a race against another controller finds its version below.
            Transaction claim = new Transaction(List.of(new Condition.Absent(StoreKeys.SCHEMA)), List.of(put(VERSION)));
            CommitResult unused = Answers.await(store.commit(claim));
        }
        require(store, where);
    }

    /** Throws {@link StoreException.Corrupt} where this release must not touch the store. */
    public static void require(StateStore store, String where) {
        String found = present(store).map(StoreSchema::text).orElse(VERSION);
        if (found.equals(FILLING)) {
            throw new StoreException.Corrupt(
                    "store " + where + " holds an unfinished restore or copy; empty it and do that again", null);
        }
        if (!found.equals(VERSION)) {
            throw new StoreException.Corrupt(
                    "store " + where + " has schema " + found + ", and this release works with schema " + VERSION
                            + "; use the release that wrote it, or copy the state with a release that knows both",
                    null);
        }
    }

    static Optional<Entry> present(StateStore store) {
        return Answers.await(store.get(StoreKeys.SCHEMA));
    }

    static StoreWrite put(String text) {
        return new StoreWrite.Put(StoreKeys.SCHEMA, text.getBytes(US_ASCII));
    }

    /** Printable whatever it is. */
    static String text(Entry entry) {
        return new String(entry.value(), US_ASCII).replaceAll("[^!-~]", "?");
    }
}
