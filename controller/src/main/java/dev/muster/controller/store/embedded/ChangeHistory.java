package dev.muster.controller.store.embedded;

import dev.muster.controller.store.Change;
import dev.muster.controller.store.StoreException;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The last changes, by revision, for all watches together: a watch is only a position in here, so a slow one costs nothing
 * and finds out when its position has been forgotten. Kept in memory: after a restart it begins with the next revision.
 */
final class ChangeHistory {

    private final EmbeddedSettings settings;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition grown = lock.newCondition();
    private final NavigableMap<Long, List<Change>> revisions = new TreeMap<>();
    private long oldestRevision;
    private int changes;
    private long bytes;
    private @Nullable StoreException ended;

    ChangeHistory(EmbeddedSettings settings, long oldestRevision) {
        this.settings = settings;
        this.oldestRevision = oldestRevision;
    }

    /** Adds durable revisions, each the changes of one transaction. */
    void publish(List<List<Change>> committed) {
        if (committed.isEmpty()) {
            return;
        }
        lock.lock();
        try {
            for (List<Change> revision : committed) {
                revisions.put(revision.get(0).revision(), revision);
                changes += revision.size();
                bytes += bytesOf(revision);
            }
            while (revisions.size() > 1 && (changes > settings.historyChanges() || bytes > settings.historyBytes())) {
                List<Change> forgotten = revisions.pollFirstEntry().getValue();
                changes -= forgotten.size();
                bytes -= bytesOf(forgotten);
                oldestRevision = revisions.firstKey();
            }
            grown.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** No more will come. */
    void end(StoreException reason) {
        lock.lock();
        try {
            ended = reason;
            grown.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Wakes all waiting readers, so that they look whether they are still wanted. */
    void wake() {
        lock.lock();
        try {
            grown.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** What a reader finds at its position: changes, or why there will be none, or nothing yet. */
    record Reading(Optional<List<Change>> changes, boolean compacted, Optional<StoreException> ended, long oldest) {
        boolean isNothingYet() {
            return changes.isEmpty() && !compacted && ended.isEmpty();
        }
    }

    Reading read(long position) {
        lock.lock();
        try {
            if (position < oldestRevision) {
                return new Reading(Optional.empty(), true, Optional.empty(), oldestRevision);
            }
            Optional<List<Change>> found = Optional.ofNullable(revisions.get(position));
            Optional<StoreException> end = found.isPresent() ? Optional.empty() : Optional.ofNullable(ended);
            return new Reading(found, false, end, oldestRevision);
        } finally {
            lock.unlock();
        }
    }

    /** Waits until there is something to read at the position, or until woken when nobody wants it any more. */
    void await(long position, BooleanSupplier unwanted) {
        lock.lock();
        try {
            while (isNothingAt(position) && !unwanted.getAsBoolean()) {
                grown.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    private boolean isNothingAt(long position) {
        return position >= oldestRevision && !revisions.containsKey(position) && ended == null;
    }

    private static long bytesOf(List<Change> revision) {
        long sum = 0;
        for (Change change : revision) {
            sum += change.key().length();
            if (change instanceof Change.Stored stored) {
                sum += stored.entry().value().length;
            }
        }
        return sum;
    }
}
