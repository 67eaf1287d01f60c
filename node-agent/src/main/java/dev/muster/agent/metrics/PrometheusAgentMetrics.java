package dev.muster.agent.metrics;

import dev.muster.agent.device.DeviceReading;
import dev.muster.agent.health.HealthEvent;
import dev.muster.agent.session.Outbox;
import dev.muster.agent.session.SessionObserver;
import dev.muster.agent.task.HostRuns;
import dev.muster.agent.task.RankState;
import dev.muster.agent.task.RunPhase;
import dev.muster.agent.task.RunStatus;
import io.prometheus.client.Collector;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import io.prometheus.client.CounterMetricFamily;
import io.prometheus.client.Gauge;
import io.prometheus.client.GaugeMetricFamily;
import io.prometheus.client.Histogram;
import io.prometheus.client.hotspot.DefaultExports;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** The agent's metrics. What can be asked for is asked for at each scrape; the rest is counted as it happens. */
public final class PrometheusAgentMetrics implements SessionObserver {
    private static final double NANOS_PER_SECOND = 1e9;

    private final CollectorRegistry registry = new CollectorRegistry();
    private final Counter heartbeats = Counter.build(
                    "muster_agent_heartbeats_total", "Heartbeats by whether they were sent or acknowledged.")
            .labelNames("state")
            .register(registry);
    private final Histogram roundTrip = Histogram.build(
                    "muster_agent_heartbeat_round_trip_seconds", "From a heartbeat to its acknowledgement.")
            .buckets(0.001, 0.005, 0.02, 0.1, 0.5, 2, 10)
            .register(registry);
    private final Counter registrations = Counter.build(
                    "muster_agent_registrations_total", "Sessions that a controller has accepted.")
            .register(registry);
    private final Counter disconnects = Counter.build(
                    "muster_agent_disconnects_total",
                    "Accepted sessions that have ended; each is followed by attempts to reconnect.")
            .register(registry);
    private final Counter isolationKills = Counter.build(
                    "muster_agent_isolation_kills_total",
                    "Runs killed because no controller had answered for too long.")
            .register(registry);
    private final Counter healthEvents = Counter.build(
                    "muster_agent_health_events_total", "Health events by check and severity.")
            .labelNames("check", "severity")
            .register(registry);
    private final Gauge connected = Gauge.build(
                    "muster_agent_registered", "1 while a controller has accepted this agent.")
            .register(registry);

    private volatile List<DeviceReading> readings = List.of();

    public PrometheusAgentMetrics() {
        heartbeats.labels("sent");
        heartbeats.labels("acknowledged");
        DefaultExports.register(registry);
    }

    /** Adds what is read from the runs and the outbox at each scrape. */
    public void watch(HostRuns runs, Outbox outbox) {
        new StateCollector(runs, outbox).register(registry);
    }

    CollectorRegistry registry() {
        return registry;
    }

    /** The latest readings replace those before. */
    public void readings(List<DeviceReading> latest) {
        readings = List.copyOf(latest);
    }

    public void healthEvent(HealthEvent event) {
        healthEvents.labels(event.check(), label(event.severity())).inc();
    }

    @Override
    public void registered() {
        registrations.inc();
        connected.set(1);
    }

    @Override
    public void disconnected() {
        disconnects.inc();
        connected.set(0);
    }

    @Override
    public void heartbeatSent() {
        heartbeats.labels("sent").inc();
    }

    @Override
    public void heartbeatAcknowledged(long roundTripNanos) {
        heartbeats.labels("acknowledged").inc();
        roundTrip.observe(roundTripNanos / NANOS_PER_SECOND);
    }

    @Override
    public void isolationKill() {
        isolationKills.inc();
    }

    private static String label(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private final class StateCollector extends Collector {
        private final HostRuns runs;
        private final Outbox outbox;

        StateCollector(HostRuns runs, Outbox outbox) {
            this.runs = runs;
            this.outbox = outbox;
        }

        @Override
        public List<MetricFamilySamples> collect() {
            List<RunStatus> statuses = runs.statuses();
            GaugeMetricFamily byPhase =
                    new GaugeMetricFamily("muster_agent_runs", "Runs on this host by phase.", List.of("phase"));
            for (RunPhase phase : RunPhase.values()) {
                long count =
                        statuses.stream().filter(run -> run.phase() == phase).count();
                byPhase.addMetric(List.of(label(phase)), (double) count);
            }
            GaugeMetricFamily byState =
                    new GaugeMetricFamily("muster_agent_ranks", "Ranks on this host by state.", List.of("state"));
            for (RankState state : RankState.values()) {
                long count = statuses.stream()
                        .flatMap(run -> run.ranks().stream())
                        .filter(rank -> rank.state() == state)
                        .count();
                byState.addMetric(List.of(label(state)), (double) count);
            }
            List<MetricFamilySamples> families = new ArrayList<>(List.of(byPhase, byState));
            families.add(new CounterMetricFamily(
                    "muster_agent_progress_malformed_total",
                    "Progress lines that could not be read.",
                    outbox.malformedProgress()));
            families.add(new CounterMetricFamily(
                    "muster_agent_health_events_dropped_total",
                    "Health events dropped because too many waited for the controller.",
                    outbox.droppedHealthEvents()));
            addReadings(families);
            return families;
        }

        private void addReadings(List<MetricFamilySamples> families) {
            families.add(device("present", "1 while the device is there.", reading -> reading.present() ? 1 : 0));
            families.add(device("temperature_celsius", "Temperature.", DeviceReading::temperatureCelsius));
            families.add(device("power_watts", "Power draw.", DeviceReading::powerWatts));
            families.add(device("utilization_ratio", "Share of time at work.", DeviceReading::utilizationRatio));
            families.add(device("memory_used_bytes", "Memory in use.", DeviceReading::memoryUsedBytes));
            families.add(device(
                    "ecc_uncorrected_errors",
                    "Uncorrectable memory errors so far.",
                    DeviceReading::eccUncorrectedTotal));
        }

        private MetricFamilySamples device(String name, String help, ToDoubleFunction<DeviceReading> value) {
            GaugeMetricFamily family = new GaugeMetricFamily("muster_agent_device_" + name, help, List.of("device"));
            for (DeviceReading reading : readings) {
                family.addMetric(List.of(Integer.toString(reading.index())), value.applyAsDouble(reading));
            }
            return family;
        }
    }
}
