package dev.muster.controller.admin;

import dev.muster.controller.model.StoreKeys;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What lies under which keys. */
public enum RecordKind {
    JOB(StoreKeys.JOBS),
    PLACEMENT(StoreKeys.PLACEMENTS),
    EVENT(StoreKeys.EVENTS),
    LEDGER(StoreKeys.LEDGERS),
    NODE(StoreKeys.NODES),
    GOODPUT(StoreKeys.GOODPUT),
    SCHEMA(StoreKeys.SCHEMA);

    private final String keys;

    RecordKind(String keys) {
        this.keys = keys;
    }

    /** As people read it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<RecordKind> of(String key) {
        return Arrays.stream(values()).filter(kind -> kind.holds(key)).findFirst();
    }

    private boolean holds(String key) {
        return keys.endsWith("/") ? key.startsWith(keys) : key.equals(keys);
    }
}
