package dev.muster.controller.metrics;

import dev.muster.controller.metrics.Levels.Ratios;
import io.prometheus.client.Collector.MetricFamilySamples;
import io.prometheus.client.CounterMetricFamily;
import io.prometheus.client.GaugeMetricFamily;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Goodput as series: where accelerator time went, and how much of it was training. */
final class GoodputFamilies {

    private static final double MILLIS_PER_SECOND = 1000.0;

    private GoodputFamilies() {}

    static List<MetricFamilySamples> of(Levels.Goodput goodput) {
        return List.of(time(goodput.acceleratorMillis()), cluster(goodput.cluster()), byQueue(goodput.byQueue()));
    }

    private static CounterMetricFamily time(SortedMap<String, SortedMap<String, Long>> byQueue) {
        CounterMetricFamily family = new CounterMetricFamily(
                "muster_goodput_accelerator_seconds",
                "Allocated accelerator time by what it was spent on; each second is in one bucket, once that is known.",
                List.of("bucket", "queue"));
        SortedMap<String, Long> others = new TreeMap<>();
        int shown = 0;
        for (String queue : byQueue.keySet()) {
            SortedMap<String, Long> buckets = byQueue.getOrDefault(queue, others);
            if (shown < LevelsCollector.MAX_NAMES) {
                add(family, queue, buckets);
                shown++;
            } else {
                buckets.forEach((bucket, millis) -> others.merge(bucket, millis, Long::sum));
            }
        }
        add(family, LevelsCollector.OTHER, others);
        return family;
    }

    private static void add(CounterMetricFamily family, String queue, SortedMap<String, Long> buckets) {
        buckets.forEach((bucket, millis) -> family.addMetric(List.of(bucket, queue), millis / MILLIS_PER_SECOND));
    }

    private static GaugeMetricFamily cluster(Ratios ratios) {
        GaugeMetricFamily family = new GaugeMetricFamily(
                "muster_goodput_ettr_ratio",
                "Effective training time ratio of the cluster: since its first job, and in the last hour.",
                List.of("window"));
        ratios.all().ifPresent(ratio -> family.addMetric(List.of("all"), ratio));
        ratios.lastHour().ifPresent(ratio -> family.addMetric(List.of("hour"), ratio));
        return family;
    }

    /** A ratio cannot be summed, so queues beyond the bound have none. */
    private static GaugeMetricFamily byQueue(SortedMap<String, Ratios> byQueue) {
        GaugeMetricFamily family = new GaugeMetricFamily(
                "muster_goodput_queue_ettr_ratio",
                "Effective training time ratio of a queue: since its first job, and in the last hour.",
                List.of("queue", "window"));
        byQueue.entrySet().stream().limit(LevelsCollector.MAX_NAMES).forEach(entry -> {
            entry.getValue().all().ifPresent(ratio -> family.addMetric(List.of(entry.getKey(), "all"), ratio));
            entry.getValue().lastHour().ifPresent(ratio -> family.addMetric(List.of(entry.getKey(), "hour"), ratio));
        });
        return family;
    }
}
