package dev.muster.controller.store;

import java.util.Optional;

/** What must be true of a key for a transaction to be applied. */
public sealed interface Condition {

    String key();

    /** Whether it is true of the key's present state. */
    boolean holds(Optional<Entry> actual);

    /** The key was last put at exactly this revision, and not deleted since. */
    record ModifiedAt(String key, long modRevision) implements Condition {
        public ModifiedAt {
            KeySpace.requireKey(key);
        }

        @Override
        public boolean holds(Optional<Entry> actual) {
            return actual.isPresent() && actual.get().modRevision() == modRevision;
        }
    }

    /** The key does not exist. */
    record Absent(String key) implements Condition {
        public Absent {
            KeySpace.requireKey(key);
        }

        @Override
        public boolean holds(Optional<Entry> actual) {
            return actual.isEmpty();
        }
    }

    /** The key exists, whatever its value. */
    record Present(String key) implements Condition {
        public Present {
            KeySpace.requireKey(key);
        }

        @Override
        public boolean holds(Optional<Entry> actual) {
            return actual.isPresent();
        }
    }
}
