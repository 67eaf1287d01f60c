package dev.muster.controller.codec;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import dev.muster.controller.model.StoreKeys;
import dev.muster.proto.v1.StoredGoodput;
import dev.muster.proto.v1.StoredJob;
import dev.muster.proto.v1.StoredJobEvent;
import dev.muster.proto.v1.StoredLedger;
import dev.muster.proto.v1.StoredNode;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Stored values as JSON for people, in one line; a packed gang is unpacked. */
public final class RecordText {

    private static final JsonFormat.Printer PRINTER = JsonFormat.printer().omittingInsignificantWhitespace();

    private RecordText() {}

    /**
     * The value of a key, empty where the key is none of a record.
     *
     * @throws UndecodableRecord where the value is not what lies under such a key
     */
    public static Optional<String> json(String key, byte[] bytes) {
        try {
            return message(key, bytes).map(RecordText::print);
        } catch (InvalidProtocolBufferException damaged) {
            throw UndecodableRecord.damaged(key, "its " + bytes.length + " bytes are not a record");
        }
    }

    private static Optional<Message> message(String key, byte[] bytes) throws InvalidProtocolBufferException {
        if (key.startsWith(StoreKeys.JOBS)) {
            return Optional.of(StoredJob.parseFrom(bytes));
        }
        if (key.startsWith(StoreKeys.PLACEMENTS)) {
            return Optional.of(StoredPlacementCodec.writePlain(RecordCodec.decodePlacement(key, bytes)));
        }
        if (key.startsWith(StoreKeys.EVENTS)) {
            return Optional.of(StoredJobEvent.parseFrom(bytes));
        }
        if (key.startsWith(StoreKeys.LEDGERS)) {
            return Optional.of(StoredLedger.parseFrom(bytes));
        }
        if (key.startsWith(StoreKeys.NODES)) {
            return Optional.of(StoredNode.parseFrom(bytes));
        }
        return key.startsWith(StoreKeys.GOODPUT) ? Optional.of(StoredGoodput.parseFrom(bytes)) : Optional.empty();
    }

    private static String print(Message message) {
        try {
            return PRINTER.print(message);
        } catch (InvalidProtocolBufferException unknownType) {
            throw new IllegalStateException("a stored message has no text", unknownType);
        }
    }

    /** A JSON string. */
    public static String quoted(byte[] text) {
        StringBuilder quoted = new StringBuilder("\"");
        new String(text, StandardCharsets.UTF_8).chars().forEach(character -> {
            if (character == '"' || character == '\\') {
                quoted.append('\\').append((char) character);
            } else if (Character.isISOControl(character)) {
                quoted.append(String.format("\\u%04x", character));
            } else {
                quoted.append((char) character);
            }
        });
        return quoted.append('"').toString();
    }
}
