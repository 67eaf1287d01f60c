package dev.muster.cli.output;

import java.math.BigDecimal;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An object of JSON or YAML output, its fields in the order they were put. A text, time or object that is absent is left
 * out; numbers, flags and lists always stand there, so that scripts can rely on them.
 */
public final class Fields {

    private final Map<String, Object> values = new LinkedHashMap<>();

    public Fields text(String name, String value) {
        if (!value.isEmpty()) {
            values.put(name, value);
        }
        return this;
    }

    /** For values that somebody else set, where "empty" is a value too. */
    public Fields textEvenIfEmpty(String name, String value) {
        values.put(name, value);
        return this;
    }

    public Fields number(String name, long value) {
        values.put(name, value);
        return this;
    }

    /** A number that JSON cannot say (not finite) is left out. */
    public Fields number(String name, double value) {
        if (Double.isFinite(value)) {
            values.put(name, BigDecimal.valueOf(value));
        }
        return this;
    }

    public Fields flag(String name, boolean value) {
        values.put(name, value);
        return this;
    }

    /** A time in RFC 3339; left out when it is 0, "not yet". */
    public Fields time(String name, long epochMillis) {
        if (epochMillis != 0) {
            values.put(name, Times.rfc3339(epochMillis));
        }
        return this;
    }

    public Fields seconds(String name, long millis) {
        values.put(name, Times.seconds(millis));
        return this;
    }

    public Fields texts(String name, Collection<String> items) {
        values.put(name, List.copyOf(items));
        return this;
    }

    public Fields objects(String name, Collection<Fields> items) {
        values.put(name, items.stream().map(Fields::values).toList());
        return this;
    }

    public Fields object(String name, Fields value) {
        values.put(name, value.values());
        return this;
    }

    /** The fields, read only. */
    public Map<String, Object> values() {
        return Collections.unmodifiableMap(values);
    }
}
