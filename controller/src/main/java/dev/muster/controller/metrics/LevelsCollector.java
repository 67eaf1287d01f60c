package dev.muster.controller.metrics;

import dev.muster.controller.operations.JobState;
import dev.muster.controller.operations.Views.NodeState;
import io.prometheus.client.Collector;
import io.prometheus.client.GaugeMetricFamily;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.Supplier;

/** Shows the published levels at scrape time; states without a member show as 0, so that an alert can rely on them. */
final class LevelsCollector extends Collector {

    /** Names that people choose are labels only up to here; the rest is summed under {@link #OTHER}. */
    static final int MAX_NAMES = 500;

    static final String OTHER = "_other";

    private final Supplier<Levels> published;

    LevelsCollector(Supplier<Levels> published) {
        this.published = published;
    }

    @Override
    public List<MetricFamilySamples> collect() {
        Levels levels = published.get();
        List<MetricFamilySamples> families = new ArrayList<>();
        families.add(jobs(levels));
        families.add(byName(
                "muster_queue_waiting_jobs", "Jobs that wait for their gang to be placed.", "queue", levels.waiting()));
        families.add(hosts(levels));
        families.add(accelerators(levels));
        families.addAll(GoodputFamilies.of(levels.goodput()));
        families.add(new GaugeMetricFamily("muster_agent_sessions", "Agents connected.", levels.sessions()));
        families.add(new GaugeMetricFamily(
                "muster_store_revision", "Latest known revision of the store.", levels.storeRevision()));
        families.add(new GaugeMetricFamily(
                "muster_loop_backlog_events", "Events that wait for the event loop.", levels.loopBacklog()));
        families.add(new GaugeMetricFamily(
                "muster_controller_is_leader", "1 while this controller decides.", levels.leading() ? 1 : 0));
        return families;
    }

    private static GaugeMetricFamily jobs(Levels levels) {
        GaugeMetricFamily family = new GaugeMetricFamily("muster_scheduler_jobs", "Jobs by state.", List.of("state"));
        for (JobState state : JobState.values()) {
            family.addMetric(List.of(label(state)), levels.jobs().getOrDefault(state, 0L));
        }
        return family;
    }

    private static GaugeMetricFamily hosts(Levels levels) {
        GaugeMetricFamily family =
                new GaugeMetricFamily("muster_fleet_hosts", "Hosts by their most serious condition.", List.of("state"));
        for (NodeState state : NodeState.values()) {
            family.addMetric(List.of(label(state)), levels.hosts().getOrDefault(state, 0L));
        }
        return family;
    }

    private static GaugeMetricFamily accelerators(Levels levels) {
        GaugeMetricFamily family = new GaugeMetricFamily(
                "muster_fleet_accelerators",
                "Accelerators by type and use; the three uses add up to all there are.",
                List.of("type", "use"));
        levels.accelerators().forEach((type, count) -> {
            family.addMetric(List.of(type, "used"), (double) count.used());
            family.addMetric(List.of(type, "free"), (double) count.free());
            family.addMetric(List.of(type, "unavailable"), (double) count.unavailable());
        });
        return family;
    }

    private static GaugeMetricFamily byName(String name, String help, String label, SortedMap<String, Long> values) {
        GaugeMetricFamily family = new GaugeMetricFamily(name, help, List.of(label));
        long other = 0;
        int shown = 0;
        for (Map.Entry<String, Long> entry : values.entrySet()) {
            if (shown < MAX_NAMES) {
                family.addMetric(List.of(entry.getKey()), entry.getValue());
                shown++;
            } else {
                other += entry.getValue();
            }
        }
        if (shown < values.size()) {
            family.addMetric(List.of(OTHER), (double) other);
        }
        return family;
    }

    static String label(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
