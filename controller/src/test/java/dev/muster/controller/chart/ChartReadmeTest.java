package dev.muster.controller.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The chart says what it takes: in its README, its schema and its version. */
class ChartReadmeTest {

    private static final String TO_WRITE =
            "mvn -ntp -pl controller -am test -Dtest=ChartReadmeTest -Dchart.readme=write -Dsurefire.failIfNoSpecifiedTests=false";

    private final ValuesReadme readme = ValuesReadme.of(Chart.read("values.yaml"));

    @Test
    void theReadmeIsWhatTheValuesSay() throws IOException {
        if ("write".equals(System.getProperty("chart.readme"))) {
            Files.writeString(Chart.DIRECTORY.resolve("README.md"), readme.text());
        }
        assertThat(Chart.read("README.md"))
                .as("helm/muster/README.md is not what values.yaml says; write it anew: %s", TO_WRITE)
                .isEqualTo(readme.text());
    }

    @Test
    void everyValueIsExplained() {
        assertThat(readme.undocumented()).isEmpty();
        assertThat(readme.rows()).hasSizeGreaterThan(70);
    }

    @Test
    void theSchemaKnowsExactlyTheValues() {
        JsonNode schema = Chart.documents(Chart.read("values.schema.json")).get(0);
        List<String> differences = new ArrayList<>();
        compare("", Chart.documents(Chart.read("values.yaml")).get(0), schema, schema, differences);
        assertThat(differences).isEmpty();
    }

    /** Whatever has keys of its own in the values is closed in the schema and has the same keys there. */
    private static void compare(
            String path, JsonNode values, JsonNode schema, JsonNode root, List<String> differences) {
        JsonNode own = resolved(schema, root);
        if (!own.has("properties")) {
            return;
        }
        if (own.path("additionalProperties").asBoolean(true)) {
            differences.add(path + " takes anything");
        }
        for (Map.Entry<String, JsonNode> value : values.properties()) {
            if (!own.path("properties").has(value.getKey())) {
                differences.add(path + "." + value.getKey() + " is not in the schema");
            } else {
                compare(
                        path + "." + value.getKey(),
                        value.getValue(),
                        own.path("properties").path(value.getKey()),
                        root,
                        differences);
            }
        }
    }

    private static JsonNode resolved(JsonNode schema, JsonNode root) {
        String reference = schema.path("$ref").asText();
        return reference.isEmpty() ? schema : root.at(reference.substring(1));
    }

    @Test
    void theChartIsOfThisRelease() throws IOException {
        String version = Files.readString(Chart.ROOT.resolve("pom.xml"))
                .lines()
                .map(String::strip)
                .filter(line -> line.startsWith("<version>"))
                .findFirst()
                .orElseThrow()
                .replaceAll("</?version>", "");
        JsonNode chart = Chart.documents(Chart.read("Chart.yaml")).get(0);
        assertThat(chart.path("appVersion").asText()).isEqualTo(version);
        assertThat(chart.path("version").asText()).isEqualTo(version.replace("-SNAPSHOT", ""));
    }
}
