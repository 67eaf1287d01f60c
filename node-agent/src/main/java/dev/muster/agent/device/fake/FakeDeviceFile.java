package dev.muster.agent.device.fake;

import dev.muster.agent.device.ByteSize;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * What the file says.
 *
 * <pre>
 * type: fake-a100
 * count: 2
 * memory: 80Gi
 * faults:
 *   - {device: 0, xid: 79}
 *   - {device: 1, lost: true}
 *   - {device: 0, temperatureCelsius: 95}
 *   - {device: 0, eccUncorrectedTotal: 2}
 * </pre>
 */
record FakeDeviceFile(String type, int count, long memoryBytes, List<FakeFault> faults) {
    static final int MAX_DEVICES = 64;
    private static final int MAX_FAULTS = 1000;
    private static final String DEFAULT_TYPE = "fake-accelerator";
    private static final String DEFAULT_MEMORY = "80Gi";
    private static final Set<String> FIELDS = Set.of("type", "count", "memory", "faults");
    private static final Set<String> FAULT_FIELDS =
            Set.of("device", "xid", "lost", "temperatureCelsius", "eccUncorrectedTotal");

    /**
     * Reads the text of a file.
     *
     * @throws IllegalArgumentException with one line for people
     */
    static FakeDeviceFile parse(String text) {
        try {
            Object document = new Load(LoadSettings.builder().build()).loadFromString(text);
            Map<?, ?> root = map(document, "the file", FIELDS);
            int count = integer(root.get("count"), "count", 1, 0, MAX_DEVICES);
            List<FakeFault> faults = new ArrayList<>();
            for (Object entry : list(root.get("faults"))) {
                faults.add(fault(map(entry, "a fault", FAULT_FIELDS), count));
            }
            return new FakeDeviceFile(
                    string(root.get("type"), DEFAULT_TYPE),
                    count,
                    ByteSize.parse(string(root.get("memory"), DEFAULT_MEMORY)),
                    List.copyOf(faults));
        } catch (YamlEngineException e) {
            throw new IllegalArgumentException("no valid YAML: " + firstLine(e.getMessage()), e);
        }
    }

    private static FakeFault fault(Map<?, ?> fields, int count) {
        return new FakeFault(
                integer(fields.get("device"), "device", 0, 0, Math.max(0, count - 1)),
                fields.get("xid") == null
                        ? OptionalInt.empty()
                        : OptionalInt.of(integer(fields.get("xid"), "xid", 0, 0, 100_000)),
                Boolean.TRUE.equals(fields.get("lost")),
                fields.get("temperatureCelsius") instanceof Number number
                        ? OptionalDouble.of(number.doubleValue())
                        : OptionalDouble.empty(),
                fields.get("eccUncorrectedTotal") instanceof Number number
                        ? OptionalLong.of(number.longValue())
                        : OptionalLong.empty());
    }

    private static Map<?, ?> map(@Nullable Object value, String what, Set<String> known) {
        if (!(value instanceof Map<?, ?> map)) {
            throw new IllegalArgumentException(what + " is no mapping; write it like {count: 2}");
        }
        for (Object key : map.keySet()) {
            if (!(key instanceof String name && known.contains(name))) {
                throw new IllegalArgumentException(
                        "unknown field \"" + key + "\" in " + what + "; known are " + String.join(", ", sorted(known)));
            }
        }
        return map;
    }

    private static List<String> sorted(Set<String> names) {
        return names.stream().sorted().toList();
    }

    private static List<?> list(@Nullable Object value) {
        if (value == null) {
            return List.of();
        }
        if (value instanceof List<?> list && list.size() <= MAX_FAULTS) {
            return list;
        }
        throw new IllegalArgumentException("faults is no list of at most " + MAX_FAULTS + " entries");
    }

    private static String string(@Nullable Object value, String fallback) {
        return value == null ? fallback : value.toString();
    }

    private static int integer(@Nullable Object value, String name, int fallback, int min, int max) {
        if (value == null) {
            return fallback;
        }
        if (value instanceof Integer number && number >= min && number <= max) {
            return number;
        }
        throw new IllegalArgumentException(name + " is " + value + "; give a number from " + min + " to " + max);
    }

    private static String firstLine(@Nullable String message) {
        return message == null ? "unreadable" : message.lines().findFirst().orElse("unreadable");
    }
}
