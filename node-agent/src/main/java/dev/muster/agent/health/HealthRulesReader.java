package dev.muster.agent.health;

import dev.muster.agent.health.HealthRule.Field;
import dev.muster.agent.health.HealthRule.ForCode;
import dev.muster.agent.health.HealthRule.ForReading;
import dev.muster.agent.health.HealthRule.ForText;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Reads rules from YAML. Every mistake is an {@link IllegalArgumentException} that names the field. */
final class HealthRulesReader {
    private static final int VERSION = 1;

    private HealthRulesReader() {}

    static HealthRules readResource(String name) {
        try (InputStream input = HealthRulesReader.class.getResourceAsStream(name)) {
            if (input == null) {
                throw new IllegalStateException("the resource " + name + " is missing; the installation is damaged");
            }
            return read(new Load(LoadSettings.builder().build()).loadFromInputStream(input));
        } catch (IOException e) {
            throw new IllegalStateException("cannot read the resource " + name + ": " + e.getMessage(), e);
        }
    }

    static HealthRules read(@Nullable Object document) {
        Map<?, ?> root = map(document, "rules");
        int version = integer(root, "version", 0);
        if (version != VERSION) {
            throw new IllegalArgumentException("rules have version " + version + "; this agent reads " + VERSION);
        }
        Map<?, ?> probe = map(root.get("probe"), "probe");
        return new HealthRules(
                version,
                integer(root, "duplicateSeconds", 0),
                severity(root, "unknownXid"),
                each(root, "xid", HealthRulesReader::forCode),
                severity(root, "unknownSxid"),
                each(root, "sxid", HealthRulesReader::forText),
                severity(root, "deviceLost"),
                integer(probe, "failures", 0),
                severity(probe, "severity"),
                each(root, "readings", HealthRulesReader::forReading));
    }

    private static ForCode forCode(Map<?, ?> fields) {
        Set<Integer> codes = new HashSet<>();
        for (Object code : list(fields.get("codes"), "codes")) {
            if (!(code instanceof Integer number) || !codes.add(number)) {
                throw new IllegalArgumentException("codes has " + code + ", which is no number or there twice");
            }
        }
        return new ForCode(
                Set.copyOf(codes),
                severity(fields, "severity"),
                string(fields, "meaning"),
                integer(fields, "burstSeconds", 0),
                fields.get("text") == null ? List.of() : each(fields, "text", HealthRulesReader::forText));
    }

    private static ForText forText(Map<?, ?> fields) {
        return new ForText(Pattern.compile(string(fields, "pattern")), severity(fields, "severity"));
    }

    private static ForReading forReading(Map<?, ?> fields) {
        boolean grows = Boolean.TRUE.equals(fields.get("grows"));
        return new ForReading(
                string(fields, "check"),
                field(string(fields, "field")),
                grows ? OptionalDouble.empty() : OptionalDouble.of(integer(fields, "atLeast", null)),
                grows ? 0 : integer(fields, "clearBelow", null),
                severity(fields, "severity"),
                string(fields, "meaning"));
    }

    private static Field field(String label) {
        for (Field field : Field.values()) {
            if (field.label().equals(label)) {
                return field;
            }
        }
        throw new IllegalArgumentException("a reading has no field \"" + label + "\"");
    }

    private static HealthSeverity severity(Map<?, ?> fields, String name) {
        return HealthSeverity.valueOf(string(fields, name));
    }

    private static <T> List<T> each(Map<?, ?> fields, String name, Function<Map<?, ?>, T> reader) {
        return list(fields.get(name), name).stream()
                .map(entry -> reader.apply(map(entry, name)))
                .toList();
    }

    private static Map<?, ?> map(@Nullable Object value, String name) {
        if (value instanceof Map<?, ?> map) {
            return map;
        }
        throw new IllegalArgumentException(name + " is no mapping");
    }

    private static List<?> list(@Nullable Object value, String name) {
        if (value instanceof List<?> list) {
            return list;
        }
        throw new IllegalArgumentException(name + " is no list");
    }

    private static String string(Map<?, ?> fields, String name) {
        if (fields.get(name) instanceof String text) {
            return text;
        }
        throw new IllegalArgumentException(name + " is no text in " + fields);
    }

    private static int integer(Map<?, ?> fields, String name, @Nullable Integer fallback) {
        Object value = fields.get(name);
        if (value instanceof Integer number) {
            return number;
        }
        if (value == null && fallback != null) {
            return fallback;
        }
        throw new IllegalArgumentException(name + " is no whole number in " + fields);
    }
}
