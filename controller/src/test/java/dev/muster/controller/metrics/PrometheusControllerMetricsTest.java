package dev.muster.controller.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.controller.metrics.Levels.Accelerators;
import dev.muster.controller.operations.JobState;
import dev.muster.controller.operations.Views.NodeState;
import dev.muster.controller.state.StopCause;
import io.prometheus.client.Collector.MetricFamilySamples;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What dashboards and alerts rely on. */
class PrometheusControllerMetricsTest {

    private final PrometheusControllerMetrics metrics = new PrometheusControllerMetrics();

    @Test
    void everyStateHasASeriesFromTheStartSoThatAlertsCanRelyOnIt() {
        assertThat(value("muster_scheduler_jobs", "state", "failed")).isZero();
        assertThat(value("muster_fleet_hosts", "state", "lost")).isZero();
        assertThat(value("muster_scheduler_restarts_total", "reason", "host_lost"))
                .isZero();
        assertThat(value("muster_agent_registrations_total", "result", "refused"))
                .isZero();
        assertThat(value("muster_controller_is_leader")).isZero();
    }

    @Test
    void publishedLevelsReplaceTheOnesBefore() {
        metrics.publish(levels(Map.of(JobState.RUNNING, 5L, JobState.HELD, 1L), new TreeMap<>(Map.of("research", 3L))));
        metrics.publish(levels(Map.of(JobState.RUNNING, 4L), new TreeMap<>()));
        assertThat(value("muster_scheduler_jobs", "state", "running")).isEqualTo(4);
        assertThat(value("muster_scheduler_jobs", "state", "held")).isZero();
        assertThat(metrics.registry().getSampleValue("muster_queue_waiting_jobs", labels("queue"), labels("research")))
                .as("a queue that is gone has no series left")
                .isNull();
        assertThat(value("muster_fleet_hosts", "state", "quarantined")).isEqualTo(2);
        assertThat(value("muster_agent_sessions")).isEqualTo(9);
        assertThat(value("muster_store_revision")).isEqualTo(77);
        assertThat(value("muster_loop_backlog_events")).isEqualTo(3);
        assertThat(value("muster_controller_is_leader")).isEqualTo(1);
    }

    @Test
    void acceleratorsOfATypeAddUpToAllOfThem() {
        Accelerators some = new Accelerators(5, 2, 1);
        metrics.publish(levels(Map.of(), new TreeMap<>()));
        double sum = 0;
        for (String use : List.of("used", "free", "unavailable")) {
            sum += metrics.registry()
                    .getSampleValue("muster_fleet_accelerators", labels("type", "use"), labels("nvidia-h100", use));
        }
        assertThat(sum).isEqualTo((double) some.total()).isEqualTo(8);
    }

    @Test
    void goodputCountsAcceleratorSecondsByBucketAndQueue() {
        metrics.publish(levels(Map.of(), new TreeMap<>()));
        assertThat(metrics.registry()
                        .getSampleValue(
                                "muster_goodput_accelerator_seconds_total",
                                labels("bucket", "queue"),
                                labels("productive", "research")))
                .isEqualTo(1.5);
    }

    @Test
    void trainingRatiosAreShownWhereThereIsOne() {
        metrics.publish(levels(Map.of(), new TreeMap<>()));
        assertThat(value("muster_goodput_ettr_ratio", "window", "all")).isEqualTo(0.9);
        assertThat(metrics.registry().getSampleValue("muster_goodput_ettr_ratio", labels("window"), labels("hour")))
                .isNull();
        assertThat(metrics.registry()
                        .getSampleValue(
                                "muster_goodput_queue_ettr_ratio",
                                labels("queue", "window"),
                                labels("research", "hour")))
                .isEqualTo(0.5);
    }

    @Test
    void goodputOfQueuesBeyondTheBoundIsSummed() {
        SortedMap<String, SortedMap<String, Long>> many = new TreeMap<>();
        for (int n = 0; n < LevelsCollector.MAX_NAMES + 3; n++) {
            many.put(String.format("q%04d", n), new TreeMap<>(Map.of("productive", 1000L)));
        }
        metrics.publish(levels(new Levels.Goodput(many, Levels.Ratios.NONE, new TreeMap<>())));
        assertThat(metrics.registry()
                        .getSampleValue(
                                "muster_goodput_accelerator_seconds_total",
                                labels("bucket", "queue"),
                                labels("productive", "_other")))
                .isEqualTo(3);
    }

    @Test
    void eventsAreCountedAndTimed() {
        metrics.cycle(Duration.ofMillis(3), 2, 3, 1, Map.of("CAPACITY", 4, "QUOTA", 1));
        metrics.cycle(Duration.ofSeconds(100), 1, 0, 2, Map.of("CAPACITY", 4));
        metrics.commit(Duration.ofMillis(1), 7, true);
        metrics.commit(Duration.ofSeconds(2), 9, false);
        metrics.turn(Duration.ofNanos(200_000));
        metrics.heartbeat();
        metrics.heartbeat();
        metrics.registration(true);
        metrics.hostLost();
        metrics.jobRestarted(StopCause.Kind.HOST_LOST);

        assertThat(value("muster_scheduler_placements_total")).isEqualTo(3);
        assertThat(value("muster_scheduler_preemptions_total")).isEqualTo(3);
        assertThat(value("muster_scheduler_planned_starts")).isEqualTo(2);
        assertThat(value("muster_scheduler_waiting_jobs", "reason", "capacity")).isEqualTo(4);
        assertThat(value("muster_scheduler_waiting_jobs", "reason", "quota")).isZero();
        assertThat(value("muster_scheduler_cycle_seconds_count")).isEqualTo(2);
        assertThat(value("muster_scheduler_cycle_seconds_bucket", "le", "0.005"))
                .isEqualTo(1);
        assertThat(value("muster_store_records_total")).isEqualTo(7);
        assertThat(value("muster_store_commit_failures_total")).isEqualTo(1);
        assertThat(value("muster_store_commit_seconds_count")).isEqualTo(2);
        assertThat(value("muster_loop_turn_seconds_bucket", "le", "5.0E-4")).isEqualTo(1);
        assertThat(value("muster_agent_heartbeats_total")).isEqualTo(2);
        assertThat(value("muster_agent_registrations_total", "result", "accepted"))
                .isEqualTo(1);
        assertThat(value("muster_fleet_host_losses_total")).isEqualTo(1);
        assertThat(value("muster_scheduler_restarts_total", "reason", "host_lost"))
                .isEqualTo(1);
    }

    @Test
    void namesThatPeopleChooseDoNotMultiplySeriesWithoutEnd() {
        int queues = 1000;
        metrics.publish(levels(
                Map.of(),
                new TreeMap<>(
                        IntStream.range(0, queues).boxed().collect(Collectors.toMap("q%04d"::formatted, i -> 1L)))));
        IntStream.range(0, queues).forEach(i -> metrics.queueWait("q%04d".formatted(i), Duration.ofSeconds(1)));

        assertThat(value("muster_queue_waiting_jobs", "queue", "_other"))
                .isEqualTo(queues - (double) LevelsCollector.MAX_NAMES);
        assertThat(value("muster_queue_wait_seconds_count", "queue", "_other"))
                .isEqualTo(queues - (double) PrometheusControllerMetrics.MAX_QUEUES_WITH_WAIT);
        assertThat(value("muster_queue_wait_seconds_count", "queue", "q0000")).isEqualTo(1);
    }

    @Test
    void everyNameFollowsTheRule() {
        List<MetricFamilySamples> ours = Collections.list(metrics.registry().metricFamilySamples()).stream()
                .filter(family -> !family.name.startsWith("jvm") && !family.name.startsWith("process_"))
                .toList();
        assertThat(ours).hasSizeGreaterThan(15).allSatisfy(family -> {
            assertThat(family.name).matches("muster(_[a-z]+){2,}");
            assertThat(family.help).endsWith(".");
        });
    }

    @Test
    void theJvmIsMeasuredToo() {
        assertThat(metrics.registry().getSampleValue("jvm_memory_bytes_used", labels("area"), labels("heap")))
                .isPositive();
    }

    private static Levels levels(Map<JobState, Long> jobs, SortedMap<String, Long> waiting) {
        Levels.Goodput goodput = new Levels.Goodput(
                new TreeMap<>(Map.of("research", new TreeMap<>(Map.of("productive", 1500L)))),
                new Levels.Ratios(OptionalDouble.of(0.9), OptionalDouble.empty()),
                new TreeMap<>(Map.of("research", new Levels.Ratios(OptionalDouble.of(0.8), OptionalDouble.of(0.5)))));
        return levels(jobs, waiting, goodput);
    }

    private static Levels levels(Levels.Goodput goodput) {
        return levels(Map.of(), new TreeMap<>(), goodput);
    }

    private static Levels levels(Map<JobState, Long> jobs, SortedMap<String, Long> waiting, Levels.Goodput goodput) {
        return new Levels(
                jobs,
                waiting,
                Map.of(NodeState.QUARANTINED, 2L),
                new TreeMap<>(Map.of("nvidia-h100", new Accelerators(5, 2, 1))),
                goodput,
                9,
                77,
                3,
                true);
    }

    private double value(String name, String... labelAndValue) {
        Double value = labelAndValue.length == 0
                ? metrics.registry().getSampleValue(name)
                : metrics.registry().getSampleValue(name, labels(labelAndValue[0]), labels(labelAndValue[1]));
        assertThat(value).as(name).isNotNull();
        return value == null ? Double.NaN : value;
    }

    private static String[] labels(String... labels) {
        return labels;
    }
}
