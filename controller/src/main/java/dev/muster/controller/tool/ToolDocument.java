package dev.muster.controller.tool;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What a tool answers to scripts: one object of numbers, texts, flags and objects, as JSON or YAML. */
final class ToolDocument {

    private final Map<String, Object> values = new LinkedHashMap<>();

    ToolDocument number(String name, long value) {
        values.put(name, value);
        return this;
    }

    /** Rounded to this many digits behind the point; a number that JSON cannot say (not finite) is left out. */
    ToolDocument number(String name, double value, int digits) {
        if (Double.isFinite(value)) {
            values.put(name, BigDecimal.valueOf(value).setScale(digits, RoundingMode.HALF_EVEN));
        }
        return this;
    }

    /** Exact to the millisecond. */
    ToolDocument seconds(String name, long millis) {
        values.put(name, BigDecimal.valueOf(millis, 3));
        return this;
    }

    ToolDocument text(String name, String value) {
        values.put(name, value);
        return this;
    }

    ToolDocument flag(String name, boolean value) {
        values.put(name, value);
        return this;
    }

    ToolDocument object(String name, ToolDocument value) {
        values.put(name, value);
        return this;
    }

    String json() {
        return json("") + "\n";
    }

    private String json(String indent) {
        String inner = indent + "  ";
        return values.entrySet().stream()
                .map(entry -> inner + quoted(entry.getKey()) + ": " + json(entry.getValue(), inner))
                .collect(Collectors.joining(",\n", "{\n", "\n" + indent + "}"));
    }

    private static String json(Object value, String indent) {
        if (value instanceof ToolDocument document) {
            return document.json(indent);
        }
        return value instanceof String text ? quoted(text) : plain(value);
    }

    String yaml() {
        return yaml("");
    }

    private String yaml(String indent) {
        return values.entrySet().stream()
                .map(entry -> indent + entry.getKey() + ":" + yaml(entry.getValue(), indent))
                .collect(Collectors.joining());
    }

    private static String yaml(Object value, String indent) {
        if (value instanceof ToolDocument document) {
            return "\n" + document.yaml(indent + "  ");
        }
        return " " + (value instanceof String text ? quoted(text) : plain(value)) + "\n";
    }

    private static String plain(Object value) {
        return value instanceof BigDecimal number ? number.toPlainString() : String.valueOf(value);
    }

    /** As JSON asks; every character that could steer a terminal is escaped too. YAML reads the same. */
    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.chars().forEach(character -> {
            if (character == '"' || character == '\\') {
                quoted.append('\\').append((char) character);
            } else if (Character.isISOControl(character)) {
                quoted.append(String.format(Locale.ROOT, "\\u%04x", character));
            } else {
                quoted.append((char) character);
            }
        });
        return quoted.append('"').toString();
    }
}
