package dev.muster.agent.main;

import dev.muster.agent.device.DeviceProbe;
import dev.muster.agent.device.DeviceReading;
import dev.muster.agent.device.KernelLine;
import dev.muster.agent.device.ProbeReport;
import dev.muster.agent.health.HealthEvent;
import dev.muster.agent.health.HealthMonitor;
import dev.muster.agent.health.HealthSeverity;
import dev.muster.agent.metrics.PrometheusAgentMetrics;
import dev.muster.agent.session.Outbox;
import dev.muster.agent.task.DeviceLedger;
import dev.muster.agent.time.Clocks;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at the devices again and again, and passes on what it sees to everybody whom it concerns. */
final class DeviceWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DeviceWatch.class);
    private static final long REPORT_NANOS = Duration.ofSeconds(10).toNanos();

    private final DeviceProbe probe;
    private final HealthMonitor monitor;
    private final DeviceLedger ledger;
    private final Outbox outbox;
    private final PrometheusAgentMetrics metrics;
    private final Clocks clocks;
    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "devices");
        thread.setDaemon(true);
        return thread;
    });
    private List<Boolean> presence = List.of();
    private long reportAtNanos = Long.MIN_VALUE;
    private @Nullable ScheduledFuture<?> looks;

    DeviceWatch(
            DeviceProbe probe,
            HealthMonitor monitor,
            DeviceLedger ledger,
            Outbox outbox,
            PrometheusAgentMetrics metrics,
            Clocks clocks) {
        this.probe = probe;
        this.monitor = monitor;
        this.ledger = ledger;
        this.outbox = outbox;
        this.metrics = metrics;
        this.clocks = clocks;
    }

    /** Looks once, so that the state is known before anything depends on it, and then every so often. */
    void begin(Duration interval) {
        look();
        looks = executor.scheduleWithFixedDelay(
                this::look, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Takes a line of the kernel log. */
    void line(KernelLine line) {
        monitor.observe(line).ifPresent(this::deliver);
    }

    @Override
    public void close() {
        if (looks != null) {
            looks.cancel(false);
        }
        executor.shutdownNow();
    }

    private void look() {
        try {
            ProbeReport report = probe.read(clocks.wall().instant());
            report.readings().forEach(reading -> ledger.present(reading.index(), reading.present()));
            monitor.observe(report, clocks.wallMillis()).forEach(this::deliver);
            if (!report.readings().isEmpty()) {
                metrics.readings(report.readings());
                pass(report.readings());
            }
        } catch (RuntimeException e) {
            LOG.error("looking at the devices failed, trying again", e);
        }
    }

    private void pass(List<DeviceReading> readings) {
        List<Boolean> now = readings.stream().map(DeviceReading::present).toList();
        if (!now.equals(presence) || clocks.nanos() >= reportAtNanos) {
            presence = now;
            reportAtNanos = clocks.nanos() + REPORT_NANOS;
            outbox.readings(readings);
        }
    }

    private void deliver(HealthEvent event) {
        LOG.warn("health: {} {}: {}", event.severity(), event.check(), event.message());
        if (event.severity() == HealthSeverity.FATAL && event.deviceIndex() != HealthEvent.HOST) {
            ledger.suspect(event.deviceIndex());
        }
        metrics.healthEvent(event);
        outbox.health(event);
    }
}
