package dev.muster.controller.chart;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes the chart's README from values.yaml: each key with a comment above it becomes a row, with what it is when nobody
 * sets it.
 */
final class ValuesReadme {

    private static final Pattern KEY = Pattern.compile("( *)([A-Za-z0-9_-]+):.*");
    private static final String HEAD = """
            # The Muster chart

            Made from the comments of `values.yaml` by `ChartReadmeTest`; change them there. What to do with the chart is in
            [docs/kubernetes.md](../../docs/kubernetes.md).
            """;

    /** @param path of keys from the top, joined by dots */
    record Row(String path, String comment) {}

    private final JsonNode values;
    private final List<Row> rows = new ArrayList<>();

    private ValuesReadme(JsonNode values) {
        this.values = values;
    }

    static ValuesReadme of(String yaml) {
        ValuesReadme readme = new ValuesReadme(Chart.documents(yaml).get(0));
        List<String> parents = new ArrayList<>();
        List<String> comment = new ArrayList<>();
        for (String line : yaml.lines().toList()) {
            Matcher key = KEY.matcher(line);
            if (line.strip().startsWith("#")) {
                comment.add(line.strip().substring(1).strip());
            } else if (key.matches()) {
                int depth = key.group(1).length() / 2;
                parents.subList(Math.min(depth, parents.size()), parents.size()).clear();
                parents.add(key.group(2));
                if (!comment.isEmpty()) {
                    readme.rows.add(new Row(String.join(".", parents), String.join(" ", comment)));
                }
                comment.clear();
            } else {
                comment.clear();
            }
        }
        return readme;
    }

    List<Row> rows() {
        return List.copyOf(rows);
    }

    /** Values that no row is about. */
    List<String> undocumented() {
        Set<String> documented = new TreeSet<>();
        rows.forEach(row -> documented.add(row.path()));
        List<String> missing = new ArrayList<>();
        collect("", values, documented, missing);
        return missing;
    }

    private static void collect(String path, JsonNode value, Set<String> documented, List<String> missing) {
        if (documented.contains(path)) {
            return;
        }
        if (!value.isObject() || value.isEmpty()) {
            missing.add(path);
            return;
        }
        for (Map.Entry<String, JsonNode> child : value.properties()) {
            collect(
                    path.isEmpty() ? child.getKey() : path + "." + child.getKey(),
                    child.getValue(),
                    documented,
                    missing);
        }
    }

    String text() {
        StringBuilder text = new StringBuilder(HEAD);
        String section = "";
        for (Row row : rows) {
            String own = row.path().contains(".")
                    ? row.path().substring(0, row.path().indexOf('.'))
                    : "";
            if (text.length() == HEAD.length() || !own.equals(section)) {
                section = own;
                text.append("\n## ").append(own.isEmpty() ? "The whole" : own).append("\n\n");
                text.append("| Value | Without it | What |\n|---|---|---|\n");
            }
            text.append("| `")
                    .append(row.path())
                    .append("` | `")
                    .append(shown(row.path()))
                    .append("` | ");
            text.append(row.comment()).append(" |\n");
        }
        return text.toString();
    }

    private String shown(String path) {
        JsonNode value = values.at("/" + path.replace('.', '/'));
        try {
            return Chart.JSON.writeValueAsString(value).replace("|", "\\|");
        } catch (JsonProcessingException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
