package dev.muster.controller.store.embedded;

import dev.muster.controller.store.Entry;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * Bytes of one stored record: checksum, create revision, modification revision, lease (0: none), value. MVStore protects
 * only its own bookkeeping by checksums, so each record brings one that covers its key and everything else of it.
 */
final class RecordCodec {

    private static final int CHECKSUM_BYTES = Integer.BYTES;
    private static final int HEADER_BYTES = CHECKSUM_BYTES + 3 * Long.BYTES;

    private RecordCodec() {}

    /** A record as read. */
    record Stored(Entry entry, long lease) {}

    /** A record does not match its checksum. */
    static final class DamagedRecord extends RuntimeException {
        private static final long serialVersionUID = 1L;

        DamagedRecord(String key) {
            super("the record of " + key + " does not match its checksum");
        }
    }

    static byte[] encode(Entry entry, long lease) {
        ByteBuffer buffer = ByteBuffer.allocate(HEADER_BYTES + entry.value().length);
        buffer.putInt(0)
                .putLong(entry.createRevision())
                .putLong(entry.modRevision())
                .putLong(lease)
                .put(entry.value());
        buffer.putInt(0, computeChecksum(entry.key(), buffer.array()));
        return buffer.array();
    }

    static Stored decode(String key, byte[] record) {
        if (record.length < HEADER_BYTES || ByteBuffer.wrap(record).getInt() != computeChecksum(key, record)) {
            throw new DamagedRecord(key);
        }
        ByteBuffer buffer = ByteBuffer.wrap(record, CHECKSUM_BYTES, record.length - CHECKSUM_BYTES);
        long createRevision = buffer.getLong();
        long modRevision = buffer.getLong();
        long lease = buffer.getLong();
        byte[] value = new byte[buffer.remaining()];
        buffer.get(value);
        return new Stored(new Entry(key, value, createRevision, modRevision), lease);
    }

    /** The checksum that the record carries, as a number that can be summed up. */
    static long checksum(byte[] record) {
        return Integer.toUnsignedLong(ByteBuffer.wrap(record).getInt());
    }

    private static int computeChecksum(String key, byte[] record) {
        CRC32C checksum = new CRC32C();
        checksum.update(key.getBytes(StandardCharsets.UTF_8));
        checksum.update(record, CHECKSUM_BYTES, record.length - CHECKSUM_BYTES);
        return (int) checksum.getValue();
    }
}
