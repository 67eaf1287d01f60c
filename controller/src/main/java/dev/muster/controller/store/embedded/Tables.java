package dev.muster.controller.store.embedded;

import dev.muster.controller.store.Change;
import dev.muster.controller.store.CommitResult;
import dev.muster.controller.store.Condition;
import dev.muster.controller.store.Entry;
import dev.muster.controller.store.Lease;
import dev.muster.controller.store.Page;
import dev.muster.controller.store.StateStore;
import dev.muster.controller.store.StoreException;
import dev.muster.controller.store.StoreWrite;
import dev.muster.controller.store.Transaction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.h2.mvstore.Cursor;
import org.h2.mvstore.MVMap;
import org.jspecify.annotations.Nullable;

/**
 * The store's content and its rules. Only the store's thread comes here. Changes are seen by later reads at once and become
 * durable together with everything before them; {@link #takeUnpublished} tells what they were.
 */
final class Tables {

    private static final int MAX_LEASES = 1_000;
    private static final int MAX_PAGE_BYTES = 3_000_000;

    private final MVMap<String, byte[]> entries;
    private final SystemTable system;
    private final Leases leases;
    private List<List<Change>> unpublished = new ArrayList<>();
    private boolean unsaved;

    /** Both maps belong to one MVStore, so that one version of it holds one state of both. */
    Tables(MVMap<String, byte[]> entries, SystemTable system, Leases leases) {
        this.entries = entries;
        this.system = system;
        this.leases = leases;
    }

    /** Reads everything once: a damaged file must be found before anybody decides on what is in it. */
    void load() {
        system.load();
        for (Lease lease : system.leases()) {
            leases.start(lease);
        }
        long count = 0;
        long digest = 0;
        Cursor<String, byte[]> cursor = entries.cursor(null);
        while (cursor.hasNext()) {
            String key = cursor.next();
            byte[] record = cursor.getValue();
            RecordCodec.Stored stored = RecordCodec.decode(key, record);
            if (stored.lease() != 0) {
                leases.attach(stored.lease(), key);
            }
            count++;
            digest += RecordCodec.checksum(record);
        }
        if (count != system.count() || digest != system.digest()) {
            throw new RecordCodec.DamagedRecord(
                    "the table of contents (" + system.count() + " keys stored, " + count + " found)");
        }
    }

    long revision() {
        return system.revision();
    }

    Optional<Entry> get(String key) {
        byte[] record = entries.get(key);
        return record == null
                ? Optional.empty()
                : Optional.of(RecordCodec.decode(key, record).entry());
    }

    Page list(String prefix, Optional<String> afterKey, int limit) {
        List<Entry> found = new ArrayList<>();
        long bytes = 0;
        String from = afterKey.filter(after -> after.compareTo(prefix) > 0).orElse(prefix);
        Cursor<String, byte[]> cursor = entries.cursor(from);
        while (cursor.hasNext()) {
            String key = cursor.next();
            if (!key.startsWith(prefix)) {
                break;
            }
            if (afterKey.isPresent() && key.compareTo(afterKey.get()) <= 0) {
                continue;
            }
            byte[] record = cursor.getValue();
            boolean full = found.size() == limit || (!found.isEmpty() && bytes + record.length > MAX_PAGE_BYTES);
            if (full) {
                return new Page(found, system.revision(), true);
            }
            bytes += record.length;
            found.add(RecordCodec.decode(key, record).entry());
        }
        return new Page(found, system.revision(), false);
    }

    CommitResult commit(Transaction transaction) {
        for (Condition condition : transaction.conditions()) {
            Optional<Entry> actual = get(condition.key());
            if (!condition.holds(actual)) {
                return new CommitResult.Conflict(condition, actual);
            }
        }
        requireLeases(transaction);
        long revision = system.revision() + 1;
        List<Change> changes = new ArrayList<>();
        for (StoreWrite write : transaction.writes()) {
            if (write instanceof StoreWrite.Put put) {
                changes.add(put(put, revision));
            } else {
                delete(write.key(), revision, changes);
            }
        }
        conclude(changes);
        return new CommitResult.Committed(system.revision());
    }

    Lease grant(Duration timeToLive) {
        if (leases.size() >= MAX_LEASES) {
            throw new StoreException.Busy(
                    "store has " + MAX_LEASES + " leases; revoke those that are not needed, or let them end");
        }
        Lease lease = system.addLease(timeToLive);
        leases.start(lease);
        unsaved = true;
        return lease;
    }

    Lease keepAlive(long id) {
        return leases.renew(id);
    }

    boolean revoke(long id) {
        if (!leases.exists(id)) {
            return false;
        }
        endLease(id);
        return true;
    }

    /** Ends the leases whose time is over. */
    void endLeases() {
        for (long id : leases.ended()) {
            endLease(id);
        }
    }

    boolean hasLeases() {
        return leases.size() > 0;
    }

    private void endLease(long id) {
        Collection<String> keys = leases.remove(id);
        system.removeLease(id);
        List<Change> changes = new ArrayList<>();
        for (String key : keys) {
            delete(key, system.revision() + 1, changes);
        }
        conclude(changes);
        unsaved = true;
    }

    private void requireLeases(Transaction transaction) {
        for (StoreWrite write : transaction.writes()) {
            if (write instanceof StoreWrite.Put put
                    && put.lease().isPresent()
                    && !leases.exists(put.lease().getAsLong())) {
                throw new StoreException.LeaseNotFound(put.lease().getAsLong());
            }
        }
    }

    private Change put(StoreWrite.Put put, long revision) {
        byte @Nullable [] before = entries.get(put.key());
        long createRevision = revision;
        if (before != null) {
            RecordCodec.Stored old = RecordCodec.decode(put.key(), before);
            createRevision = old.entry().createRevision();
            leases.detach(old.lease(), put.key());
        }
        long lease = put.lease().orElse(0);
        if (lease != 0) {
            leases.attach(lease, put.key());
        }
        Entry entry = new Entry(put.key(), put.value(), createRevision, revision);
        byte[] after = RecordCodec.encode(entry, lease);
        entries.put(put.key(), after);
        system.account(before, after);
        return new Change.Stored(entry);
    }

    private void delete(String key, long revision, List<Change> changes) {
        byte @Nullable [] before = entries.remove(key);
        if (before != null) {
            leases.detach(RecordCodec.decode(key, before).lease(), key);
            system.account(before, null);
            changes.add(new Change.Deleted(key, revision));
        }
    }

    private void conclude(List<Change> changes) {
        if (!changes.isEmpty()) {
            system.nextRevision();
            unpublished.add(List.copyOf(changes));
            unsaved = true;
        }
    }

    /** Whether there is anything to make durable; if so, the store's own records now fit the rest. */
    boolean prepareToSave() {
        if (unsaved) {
            system.save();
        }
        return unsaved;
    }

    /** The changes since the last call, by revision; everything is durable now. */
    List<List<Change>> takeUnpublished() {
        List<List<Change>> taken = unpublished;
        unpublished = new ArrayList<>();
        unsaved = false;
        return taken;
    }

    static int requireLimit(int limit) {
        if (limit < 1 || limit > StateStore.MAX_PAGE_ENTRIES) {
            throw new IllegalArgumentException(
                    "page limit " + limit + "; ask for 1 to " + StateStore.MAX_PAGE_ENTRIES + " entries");
        }
        return limit;
    }
}
