package dev.muster.cli.output;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Writes {@link Fields} as YAML. A text that could be read as anything else stands in quotes. */
final class YamlWriter {

    private static final String INDENT = "  ";
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z_/][A-Za-z0-9_./-]*");
    private static final Set<String> RESERVED =
            Set.of("true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan", "inf");

    private final StringBuilder text = new StringBuilder();

    private YamlWriter() {}

    static String write(Fields fields) {
        if (fields.values().isEmpty()) {
            return "{}\n";
        }
        YamlWriter writer = new YamlWriter();
        writer.map(fields.values(), "", "");
        return writer.text.toString();
    }

    /** @param lead what stands before the first key: the indentation, or the dash of a list item */
    private void map(Map<?, ?> map, String lead, String indent) {
        String before = lead;
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            text.append(before).append(scalar(String.valueOf(entry.getKey()))).append(':');
            value(entry.getValue(), indent);
            before = indent;
        }
    }

    private void value(Object value, String indent) {
        if (value instanceof Map<?, ?> map && !map.isEmpty()) {
            text.append('\n');
            map(map, indent + INDENT, indent + INDENT);
        } else if (value instanceof List<?> list && !list.isEmpty()) {
            text.append('\n');
            list.forEach(item -> item(item, indent));
        } else {
            text.append(' ').append(scalar(value)).append('\n');
        }
    }

    private void item(Object item, String indent) {
        if (item instanceof Map<?, ?> map && !map.isEmpty()) {
            map(map, indent + "- ", indent + INDENT);
        } else {
            text.append(indent).append("- ").append(scalar(item)).append('\n');
        }
    }

    private static String scalar(Object value) {
        if (value instanceof Map<?, ?>) {
            return "{}";
        }
        if (value instanceof List<?>) {
            return "[]";
        }
        if (value instanceof String string && !isPlain(string)) {
            StringBuilder quoted = new StringBuilder();
            JsonWriter.quote(quoted, string);
            return quoted.toString();
        }
        return String.valueOf(value);
    }

    private static boolean isPlain(String string) {
        return PLAIN.matcher(string).matches() && !RESERVED.contains(string.toLowerCase(Locale.ROOT));
    }
}
