package dev.muster.controller.store.embedded;

import dev.muster.controller.store.Entry;
import dev.muster.controller.store.Lease;
import dev.muster.controller.store.StoreException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.h2.mvstore.Cursor;
import org.h2.mvstore.MVMap;
import org.jspecify.annotations.Nullable;

/**
 * What the store notes about itself: schema, revision, leases, and how many entries there are with which sum of checksums.
 * The last two show an entry that went missing or an old one that came back, which its own checksum cannot.
 */
final class SystemTable {

    static final int SCHEMA = 1;
    private static final String SCHEMA_KEY = "schema";
    private static final String STATE_KEY = "state";
    private static final String LEASE_PREFIX = "lease/";

    private final MVMap<String, byte[]> map;
    private long revision;
    private long count;
    private long digest;
    private long nextLease = 1;

    SystemTable(MVMap<String, byte[]> map) {
        this.map = map;
    }

    boolean isEmpty() {
        return map.isEmpty();
    }

    /** Marks an empty store as ours. */
    void initialise() {
        map.put(SCHEMA_KEY, Integer.toString(SCHEMA).getBytes(StandardCharsets.UTF_8));
        save();
    }

    void load() {
        requireSchema();
        ByteBuffer state = ByteBuffer.wrap(read(STATE_KEY));
        revision = state.getLong();
        count = state.getLong();
        digest = state.getLong();
        nextLease = state.getLong();
    }

    /** The schema stays readable for every release, whatever else changes. */
    private void requireSchema() {
        byte[] bytes = map.get(SCHEMA_KEY);
        if (bytes == null) {
            throw new StoreException.Corrupt(
                    "has no schema, so it is damaged or was never a store of Muster; nothing was changed: put back a"
                            + " backup of its directory, or choose another --data",
                    null);
        }
        String found = new String(bytes, StandardCharsets.UTF_8);
        if (!found.equals(Integer.toString(SCHEMA))) {
            throw new StoreException.Corrupt(
                    "was written with schema " + found + ", and this release reads schema " + SCHEMA
                            + "; start it with the release that wrote it, or choose another --data",
                    null);
        }
    }

    void save() {
        ByteBuffer state = ByteBuffer.allocate(4 * Long.BYTES);
        state.putLong(revision).putLong(count).putLong(digest).putLong(nextLease);
        write(STATE_KEY, state.array());
    }

    long revision() {
        return revision;
    }

    long count() {
        return count;
    }

    long digest() {
        return digest;
    }

    void nextRevision() {
        revision++;
    }

    /** Notes that one record replaced another; null stands for none. */
    void account(byte @Nullable [] before, byte @Nullable [] after) {
        if (before != null) {
            count--;
            digest -= RecordCodec.checksum(before);
        }
        if (after != null) {
            count++;
            digest += RecordCodec.checksum(after);
        }
    }

    Lease addLease(Duration timeToLive) {
        Lease lease = new Lease(nextLease++, timeToLive);
        byte[] millis =
                ByteBuffer.allocate(Long.BYTES).putLong(timeToLive.toMillis()).array();
        write(LEASE_PREFIX + lease.id(), millis);
        return lease;
    }

    void removeLease(long id) {
        map.remove(LEASE_PREFIX + id);
    }

    List<Lease> leases() {
        List<Lease> found = new ArrayList<>();
        Cursor<String, byte[]> cursor = map.cursor(LEASE_PREFIX);
        while (cursor.hasNext()) {
            String key = cursor.next();
            if (!key.startsWith(LEASE_PREFIX)) {
                break;
            }
            long id = Long.parseLong(key.substring(LEASE_PREFIX.length()));
            long millis = ByteBuffer.wrap(read(key)).getLong();
            found.add(new Lease(id, Duration.ofMillis(millis)));
        }
        return found;
    }

    private byte[] read(String key) {
        byte[] record = map.get(key);
        if (record == null) {
            throw new RecordCodec.DamagedRecord(key);
        }
        return RecordCodec.decode(key, record).entry().value();
    }

    private void write(String key, byte[] value) {
        map.put(key, RecordCodec.encode(new Entry(key, value, 0, 0), 0));
    }
}
