package dev.muster.controller.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.muster.controller.metrics.Levels;
import dev.muster.controller.metrics.PrometheusControllerMetrics;
import io.prometheus.client.exporter.common.TextFormat;
import java.io.IOException;
import java.io.StringWriter;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** An alert on a metric that nobody exports never fires: whatever alerts and dashboards name is there at a scrape. */
class ChartMetricsTest {

    private static final Pattern METRIC = Pattern.compile("\\b(muster_[a-z_]+)(?:\\{([^}]*)})?");
    private static final Pattern LABEL = Pattern.compile("([a-z_]+)=~?\"([^\"]*)\"");

    /** Set by Prometheus where it scrapes. */
    private static final List<String> OF_THE_SCRAPE = List.of("job", "namespace", "instance");

    @Test
    void everyControllerAlertIsOnMetricsAndLabelsThatAreThere() {
        String scrape = scrape();
        List<String> expressions = alerts("muster-controller");
        assertThat(expressions).hasSizeGreaterThan(8);
        assertThat(expressions).allSatisfy(expression -> assertKnown(expression, scrape));
    }

    @Test
    void everyPanelOfTheControllersDashboardHasSomethingToShow() throws IOException {
        JsonNode dashboard = Chart.JSON.readTree(Chart.read("files/dashboards/controller.json"));
        List<String> expressions = dashboard.findValuesAsText("expr");
        assertThat(expressions).hasSizeGreaterThan(20);
        String scrape = scrape();
        assertThat(expressions).allSatisfy(expression -> assertKnown(expression, scrape));
    }

    @Test
    void alertsAreAboutThisRelease() {
        assertThat(Stream.of("muster-controller", "muster-agent")
                        .map(ChartMetricsTest::alerts)
                        .flatMap(Collection::stream))
                .allSatisfy(expression -> assertThat(expression).contains("namespace=\"muster-system\",job=\"muster-"));
    }

    private static List<String> alerts(String group) {
        JsonNode rule =
                Chart.render("monitoring: {prometheusRule: {enabled: true}}").get("PrometheusRule/muster");
        return Rendering.elements(rule.at("/spec/groups"))
                .filter(each -> each.path("name").asText().equals(group))
                .flatMap(each -> Rendering.elements(each.path("rules")))
                .map(each -> each.path("expr").asText())
                .toList();
    }

    private static void assertKnown(String expression, String scrape) {
        List<MatchResult> metrics = METRIC.matcher(expression).results().toList();
        assertThat(metrics).as(expression).isNotEmpty();
        for (MatchResult metric : metrics) {
            List<String> series = scrape.lines()
                    .filter(line -> line.matches(metric.group(1) + "[{ ].*"))
                    .toList();
            assertThat(series).as("%s in: %s", metric.group(1), expression).isNotEmpty();
            String labels = metric.group(2) == null ? "" : metric.group(2);
            LABEL.matcher(labels)
                    .results()
                    .filter(label -> !OF_THE_SCRAPE.contains(label.group(1)))
                    .forEach(label -> Stream.of(label.group(2).split("\\|"))
                            .forEach(value -> assertThat(series)
                                    .as("%s=%s in: %s", label.group(1), value, expression)
                                    .anyMatch(line -> line.contains(label.group(1) + "=\"" + value + "\""))));
        }
    }

    /** What a controller shows that has had a job, a host and a wait. */
    private static String scrape() {
        PrometheusControllerMetrics metrics = new PrometheusControllerMetrics();
        metrics.queueWait("research", Duration.ofSeconds(1));
        metrics.cycle(Duration.ofMillis(1), 1, 0, 0, Map.of());
        Levels.Ratios ratios = new Levels.Ratios(OptionalDouble.of(0.9), OptionalDouble.of(0.8));
        metrics.publish(new Levels(
                Map.of(),
                new TreeMap<>(Map.of("research", 1L)),
                Map.of(),
                new TreeMap<>(Map.of("nvidia-h100", new Levels.Accelerators(1, 2, 3))),
                new Levels.Goodput(
                        new TreeMap<>(Map.of("research", new TreeMap<>(Map.of("productive", 1L)))),
                        ratios,
                        new TreeMap<>(Map.of("research", ratios))),
                1,
                1,
                0,
                true));
        StringWriter text = new StringWriter();
        try {
            TextFormat.write004(text, metrics.registry().metricFamilySamples());
        } catch (IOException impossible) {
            throw new AssertionError(impossible);
        }
        return text.toString();
    }
}
