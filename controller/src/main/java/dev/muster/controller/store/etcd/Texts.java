package dev.muster.controller.store.etcd;

import dev.muster.controller.store.Entry;
import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.KeyValue;
import java.nio.charset.StandardCharsets;

/** Keys and entries as etcd's client writes them. Keys are ASCII, so bytes and characters order alike. */
final class Texts {

    private Texts() {}

    static ByteSequence bytes(String text) {
        return ByteSequence.from(text, StandardCharsets.US_ASCII);
    }

    static String text(ByteSequence bytes) {
        return bytes.toString(StandardCharsets.US_ASCII);
    }

    /** The first key behind all those with the prefix; printable ASCII leaves room above its last character. */
    static ByteSequence endOf(String prefix) {
        int last = prefix.length() - 1;
        return bytes(prefix.substring(0, last) + (char) (prefix.charAt(last) + 1));
    }

    static Entry entry(KeyValue stored) {
        return new Entry(
                text(stored.getKey()),
                stored.getValue().getBytes(),
                stored.getCreateRevision(),
                stored.getModRevision());
    }
}
