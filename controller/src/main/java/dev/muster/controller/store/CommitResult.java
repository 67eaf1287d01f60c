package dev.muster.controller.store;

import java.util.Optional;

/** How a transaction ended; a store that could not tell fails the future instead. */
public sealed interface CommitResult {

    /**
     * Applied and durable.
     *
     * @param revision the store's revision after it
     */
    record Committed(long revision) implements CommitResult {}

    /**
     * Not applied.
     *
     * @param failed the first condition that did not hold
     * @param actual what the key of that condition held instead
     */
    record Conflict(Condition failed, Optional<Entry> actual) implements CommitResult {}
}
