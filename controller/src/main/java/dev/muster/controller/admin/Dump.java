package dev.muster.controller.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.muster.controller.codec.RecordText;
import dev.muster.controller.codec.UndecodableRecord;
import dev.muster.controller.store.Answers;
import dev.muster.controller.store.Entry;
import dev.muster.controller.store.Page;
import dev.muster.controller.store.StateStore;
import java.util.Optional;
import java.util.function.Consumer;

/** All that is stored as text: one JSON object a line, in the order of keys, page by page. */
public final class Dump {

    private Dump() {}

    /**
     * Whatever cannot be read is a line too, with {@code problem} in place of {@code record}.
     *
     * @param prefix only keys that begin so
     */
    public static void print(StateStore store, String prefix, Consumer<String> line) {
        Optional<String> after = Optional.empty();
        Page page;
        do {
            page = Answers.await(store.list(prefix, after, StateStore.MAX_PAGE_ENTRIES));
            for (Entry entry : page.entries()) {
                line.accept(text(entry));
                after = Optional.of(entry.key());
            }
        } while (page.more());
    }

    private static String text(Entry entry) {
        String kind = RecordKind.of(entry.key()).map(RecordKind::label).orElse("other");
        return "{\"key\":" + quoted(entry.key()) + ",\"kind\":\"" + kind + "\",\"createRevision\":"
                + entry.createRevision() + ",\"modRevision\":" + entry.modRevision() + "," + value(entry) + "}";
    }

    private static String value(Entry entry) {
        try {
            return "\"record\":"
                    + RecordText.json(entry.key(), entry.value()).orElseGet(() -> RecordText.quoted(entry.value()));
        } catch (UndecodableRecord damaged) {
            return "\"problem\":" + quoted(String.valueOf(damaged.getMessage()));
        }
    }

    private static String quoted(String text) {
        return RecordText.quoted(text.getBytes(UTF_8));
    }
}
