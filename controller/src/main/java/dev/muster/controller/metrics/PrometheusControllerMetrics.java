package dev.muster.controller.metrics;

import dev.muster.controller.state.StopCause;
import dev.muster.scheduler.explain.ReasonCode;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import io.prometheus.client.Gauge;
import io.prometheus.client.Histogram;
import io.prometheus.client.hotspot.DefaultExports;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Keeps the numbers for Prometheus, the controller's and those of the JVM, in a registry of its own. */
public final class PrometheusControllerMetrics implements ControllerMetrics {

    private static final double[] LATENCY_SECONDS = {
        0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30
    };
    private static final double[] WAIT_SECONDS = {1, 5, 15, 60, 300, 900, 3600, 4 * 3600, 12 * 3600, 86_400, 604_800};
    private static final double NANOS_PER_SECOND = 1e9;

    /** A histogram has many series, so fewer queues have one of their own than have a gauge. */
    static final int MAX_QUEUES_WITH_WAIT = 50;

    private final CollectorRegistry registry = new CollectorRegistry();
    private final Histogram cycles;
    private final Counter placements;
    private final Counter preemptions;
    private final Gauge plans;
    private final Gauge waiting;
    private final Histogram queueWaits;
    private final Histogram commits;
    private final Counter commitFailures;
    private final Counter records;
    private final Histogram turns;
    private final Counter heartbeats;
    private final Counter registrations;
    private final Counter hostLosses;
    private final Map<StopCause.Kind, Counter.Child> restarts = new EnumMap<>(StopCause.Kind.class);
    private final Set<String> queuesWithWait = ConcurrentHashMap.newKeySet();
    private volatile Levels levels = Levels.NONE;

    public PrometheusControllerMetrics() {
        cycles = latency("muster_scheduler_cycle_seconds", "How long a scheduling cycle takes.");
        placements = counter("muster_scheduler_placements_total", "Gangs placed.");
        preemptions = counter("muster_scheduler_preemptions_total", "Gangs told to stop for others.");
        plans = Gauge.build("muster_scheduler_planned_starts", "Waiting jobs whose start is planned.")
                .register(registry);
        waiting = Gauge.build(
                        "muster_scheduler_waiting_jobs", "Jobs that the last cycle left waiting, by what binds them.")
                .labelNames("reason")
                .register(registry);
        queueWaits = Histogram.build("muster_queue_wait_seconds", "How long jobs waited before they were placed.")
                .labelNames("queue")
                .buckets(WAIT_SECONDS)
                .register(registry);
        commits = latency("muster_store_commit_seconds", "How long a transaction takes to be durable.");
        commitFailures = counter("muster_store_commit_failures_total", "Transactions that did not become durable.");
        records = counter("muster_store_records_total", "Records written by durable transactions.");
        turns = latency("muster_loop_turn_seconds", "How long a turn of the event loop takes.");
        heartbeats = counter("muster_agent_heartbeats_total", "Heartbeats of agents.");
        registrations = counter("muster_agent_registrations_total", "Registrations of agents.", "result");
        hostLosses = counter("muster_fleet_host_losses_total", "Hosts that stopped to answer.");
        Counter restartsByCause =
                counter("muster_scheduler_restarts_total", "Attempts that had to be followed by another.", "reason");
        for (StopCause.Kind kind : StopCause.Kind.values()) {
            restarts.put(kind, restartsByCause.labels(LevelsCollector.label(kind)));
        }
        registrations.labels("accepted");
        registrations.labels("refused");
        registry.register(new LevelsCollector(() -> levels));
        DefaultExports.register(registry);
    }

    /** What {@code /metrics} shows. */
    public CollectorRegistry registry() {
        return registry;
    }

    @Override
    public void publish(Levels next) {
        levels = next;
    }

    @Override
    public void cycle(Duration took, int placed, int preempted, int planned, Map<String, Integer> waitingByCode) {
        cycles.observe(seconds(took));
        placements.inc(placed);
        preemptions.inc(preempted);
        plans.set(planned);
        for (ReasonCode code : ReasonCode.values()) {
            waiting.labels(code.name().toLowerCase(Locale.ROOT)).set(waitingByCode.getOrDefault(code.name(), 0));
        }
    }

    @Override
    public void queueWait(String queue, Duration waited) {
        boolean own = queuesWithWait.contains(queue)
                || (queuesWithWait.size() < MAX_QUEUES_WITH_WAIT && queuesWithWait.add(queue));
        queueWaits.labels(own ? queue : LevelsCollector.OTHER).observe(seconds(waited));
    }

    @Override
    public void commit(Duration took, int written, boolean durable) {
        commits.observe(seconds(took));
        if (durable) {
            records.inc(written);
        } else {
            commitFailures.inc();
        }
    }

    @Override
    public void turn(Duration took) {
        turns.observe(seconds(took));
    }

    @Override
    public void heartbeat() {
        heartbeats.inc();
    }

    @Override
    public void registration(boolean accepted) {
        registrations.labels(accepted ? "accepted" : "refused").inc();
    }

    @Override
    public void hostLost() {
        hostLosses.inc();
    }

    @Override
    public void jobRestarted(StopCause.Kind cause) {
        Objects.requireNonNull(restarts.get(cause)).inc();
    }

    private Histogram latency(String name, String help) {
        return Histogram.build(name, help).buckets(LATENCY_SECONDS).register(registry);
    }

    private Counter counter(String name, String help, String... labels) {
        return Counter.build(name, help).labelNames(labels).register(registry);
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / NANOS_PER_SECOND;
    }
}
