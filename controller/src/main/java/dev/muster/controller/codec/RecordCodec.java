package dev.muster.controller.codec;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import dev.muster.controller.goodput.GoodputLedger;
import dev.muster.controller.goodput.JobLedger;
import dev.muster.controller.state.JobEvent;
import dev.muster.controller.state.JobRecord;
import dev.muster.controller.state.NodeRecord;
import dev.muster.controller.state.PlacementRecord;
import dev.muster.proto.v1.StoredGoodput;
import dev.muster.proto.v1.StoredJob;
import dev.muster.proto.v1.StoredJobEvent;
import dev.muster.proto.v1.StoredLedger;
import dev.muster.proto.v1.StoredNode;
import dev.muster.proto.v1.StoredPlacement;
import java.util.function.BiFunction;
import java.util.function.ToIntFunction;

/**
 * Records to the bytes that the store keeps and back. Reading is strict where the wire is lenient: what was written was
 * sound, so anything else is damage. Times keep milliseconds.
 *
 * <p>Each {@code decode} takes the record's key, only to name it when it throws {@link UndecodableRecord}.
 */
public final class RecordCodec {

    /** Of the records this version writes, but for large placements; it reads all versions up to it. */
    public static final int SCHEMA_VERSION = 1;

    private RecordCodec() {}

    public static byte[] encode(JobRecord record) {
        return StoredJobCodec.write(record).toByteArray();
    }

    public static JobRecord decodeJob(String key, byte[] bytes) {
        return decode(key, bytes, StoredJob.parser(), StoredJob::getSchemaVersion, StoredJobCodec::read);
    }

    public static byte[] encode(PlacementRecord record) {
        return StoredPlacementCodec.write(record).toByteArray();
    }

    public static PlacementRecord decodePlacement(String key, byte[] bytes) {
        return decode(
                key,
                bytes,
                StoredPlacement.parser(),
                new Version<>(StoredPlacement::getSchemaVersion, StoredPlacementCodec.NEWEST_VERSION),
                StoredPlacementCodec::read);
    }

    public static byte[] encode(NodeRecord record) {
        return StoredNodeCodec.write(record).toByteArray();
    }

    public static NodeRecord decodeNode(String key, byte[] bytes) {
        return decode(key, bytes, StoredNode.parser(), StoredNode::getSchemaVersion, StoredNodeCodec::read);
    }

    public static byte[] encode(JobEvent event) {
        return JobEventCodec.writeStored(event).toByteArray();
    }

    public static JobEvent decodeEvent(String key, byte[] bytes) {
        return decode(key, bytes, StoredJobEvent.parser(), StoredJobEvent::getSchemaVersion, JobEventCodec::readStored);
    }

    public static byte[] encode(JobLedger ledger) {
        return StoredLedgerCodec.write(ledger).toByteArray();
    }

    public static JobLedger decodeLedger(String key, byte[] bytes) {
        return decode(key, bytes, StoredLedger.parser(), StoredLedger::getSchemaVersion, StoredLedgerCodec::read);
    }

    public static byte[] encode(GoodputLedger goodput) {
        return StoredLedgerCodec.write(goodput).toByteArray();
    }

    public static GoodputLedger decodeGoodput(String key, byte[] bytes) {
        return decode(key, bytes, StoredGoodput.parser(), StoredGoodput::getSchemaVersion, StoredLedgerCodec::read);
    }

    private static <M extends MessageLite, R> R decode(
            String key, byte[] bytes, Parser<M> parser, ToIntFunction<M> version, BiFunction<M, Problems, R> read) {
        return decode(key, bytes, parser, new Version<>(version, SCHEMA_VERSION), read);
    }

    /** Where a message says its version, and the newest one that is known. */
    private record Version<M>(ToIntFunction<M> of, int newest) {}

    private static <M extends MessageLite, R> R decode(
            String key, byte[] bytes, Parser<M> parser, Version<M> version, BiFunction<M, Problems, R> read) {
        M message;
        try {
            message = parser.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw UndecodableRecord.damaged(key, "its " + bytes.length + " bytes are not a record");
        }
        int written = version.of().applyAsInt(message);
        if (written > version.newest()) {
            throw UndecodableRecord.newer(key, written, version.newest());
        }
        if (written < 1) {
            throw UndecodableRecord.damaged(key, "it has no schema version");
        }
        Problems problems = new Problems();
        R record = read.apply(message, problems);
        if (!problems.none()) {
            throw UndecodableRecord.damaged(key, problems.summary());
        }
        return record;
    }
}
