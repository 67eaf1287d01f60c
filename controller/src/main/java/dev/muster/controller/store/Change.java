package dev.muster.controller.store;

/** What happened to one key in one revision. */
public sealed interface Change {

    String key();

    /** The revision that made the change. */
    long revision();

    /** The key was created or replaced. */
    record Stored(Entry entry) implements Change {
        @Override
        public String key() {
            return entry.key();
        }

        @Override
        public long revision() {
            return entry.modRevision();
        }
    }

    /** The key was deleted, by a transaction or by the end of its lease. */
    record Deleted(String key, long revision) implements Change {}
}
