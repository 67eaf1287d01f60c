package dev.muster.agent.main;

import dev.muster.agent.config.AgentConfig;
import dev.muster.agent.config.DataDirectory;
import dev.muster.agent.device.Device;
import dev.muster.agent.device.DeviceProbe;
import dev.muster.agent.device.NoDevices;
import dev.muster.agent.device.Vendor;
import dev.muster.agent.device.fake.FakeDeviceProbe;
import dev.muster.agent.device.kernel.KernelLog;
import dev.muster.agent.device.nvidia.NvidiaDeviceProbe;
import dev.muster.agent.health.HealthMonitor;
import dev.muster.agent.health.HealthRules;
import dev.muster.agent.metrics.AgentHttpServer;
import dev.muster.agent.metrics.PrometheusAgentMetrics;
import dev.muster.agent.process.OsProcessRunner;
import dev.muster.agent.process.ProcessRunner;
import dev.muster.agent.process.ProcessSweeper;
import dev.muster.agent.process.RunToken;
import dev.muster.agent.session.ControllerSession;
import dev.muster.agent.session.Outbox;
import dev.muster.agent.session.Registration;
import dev.muster.agent.task.DeviceLedger;
import dev.muster.agent.task.FormerLife;
import dev.muster.agent.task.HostRuns;
import dev.muster.agent.task.OutputStore;
import dev.muster.agent.task.RunContext;
import dev.muster.agent.time.BootClock;
import dev.muster.agent.time.Clocks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An agent that runs: everything wired, and closed again in the opposite order. */
final class Agent implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Agent.class);
    private static final int ATTEMPTS_KEPT = 5;
    private static final long OUTPUT_BYTES_KEPT = 4L << 30;
    private static final Duration FAKE_INTERVAL = Duration.ofMillis(500);
    private static final Duration DEVICE_INTERVAL = Duration.ofSeconds(5);
    private static final Duration TERM_GRACE = Duration.ofSeconds(5);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(15);
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

    private final AgentConfig config;
    private final Clocks clocks = BootClock.systemClocks();
    private final PrometheusAgentMetrics metrics = new PrometheusAgentMetrics();
    private final Outbox outbox = new Outbox();
    private final CompletableFuture<String> refusal = new CompletableFuture<>();
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private boolean closed;

    private Agent(AgentConfig config) {
        this.config = config;
    }

    /**
     * Starts an agent. Returns once it tries to reach a controller; it goes on trying by itself.
     *
     * @throws IOException with one line for people, when it cannot start on this host
     */
    static Agent start(AgentConfig config) throws IOException {
        Agent agent = new Agent(config);
        try {
            agent.begin();
            return agent;
        } catch (IOException | RuntimeException e) {
            agent.close();
            throw e;
        }
    }

    /** Completes with the controller's reason when it will never accept this agent. */
    CompletableFuture<String> refusal() {
        return refusal;
    }

    /** Stops the ranks, says goodbye, lets go of everything. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (Exception e) {
                LOG.warn("while stopping: {}", e.getMessage());
            }
        }
    }

    private void begin() throws IOException {
        DataDirectory data = owned(DataDirectory.open(config.data()));
        String bootId = Files.readString(BOOT_ID).strip();
        ProcessRunner runner = OsProcessRunner.install(data.path());
        ProcessSweeper sweeper = new ProcessSweeper();
        String owner = RunToken.ownerOf(config.host(), data.path());
        CompletableFuture<ControllerSession> session = new CompletableFuture<>();
        AgentHttpServer http = owned(AgentHttpServer.start(
                config.httpBind(),
                config.httpPort(),
                metrics,
                () -> session.isDone() && session.join().isRegistered()));
        int killed = FormerLife.end(owner, sweeper, clocks);
        if (killed > 0) {
            LOG.warn("killed {} processes that a former life of this agent had left", killed);
        }
        DeviceProbe probe = probe(runner);
        List<Device> devices = probe.inventory();
        DeviceLedger ledger = new DeviceLedger(devices);
        OutputStore store = new OutputStore(data.path(), ATTEMPTS_KEPT, OUTPUT_BYTES_KEPT, config.logLimitBytes());
        String address = AdvertisedAddress.of(config);
        RunContext context = new RunContext(
                config.host(), address, owner, System.getenv(), runner, sweeper, store, ledger, clocks, outbox);
        HostRuns runs = new HostRuns(context, data.path());
        metrics.watch(runs, outbox);
        watchDevices(probe, devices, ledger, bootId);
        config.observedPods()
                .ifPresent(folder -> owned(new PodWatch(folder, outbox, clocks)).begin());
        session.complete(connect(registration(devices, bootId, address), runs, http.port()));
        // Closed first: the session still tells how the runs ended.
        owned(() -> runs.close("the agent is stopping", TERM_GRACE, STOP_LIMIT));
    }

    private void watchDevices(DeviceProbe probe, List<Device> devices, DeviceLedger ledger, String bootId) {
        HealthMonitor monitor = new HealthMonitor(config.host(), HealthRules.builtIn(), devices);
        DeviceWatch watch = owned(new DeviceWatch(probe, monitor, ledger, outbox, metrics, clocks));
        boolean fake = devices.stream().anyMatch(device -> device.vendor() == Vendor.FAKE);
        watch.begin(fake ? FAKE_INTERVAL : DEVICE_INTERVAL);
        // A host of fakes beside real devices must not take the real ones' faults for its own.
        boolean readKernel = !fake && !devices.isEmpty() && Files.isReadable(KernelLog.KERNEL_DEVICE);
        Optional<Path> kernelLog =
                config.kernelLog().or(() -> readKernel ? Optional.of(KernelLog.KERNEL_DEVICE) : Optional.empty());
        kernelLog.ifPresent(source -> owned(KernelLog.follow(source, watch::line, clocks, bootId)));
    }

    private ControllerSession connect(Registration registration, HostRuns runs, int httpPort) {
        ReadyFile readyFile = new ReadyFile(config.readyFile(), config.host(), httpPort, metrics);
        ControllerSession session = owned(new ControllerSession(
                registration,
                config.controllers(),
                runs,
                outbox,
                clocks,
                new SplittableRandom(),
                readyFile,
                refusal::complete));
        LOG.info(
                "agent of host {} with {} devices, HTTP on {}:{}, controllers {}",
                config.host(),
                registration.devices().size(),
                config.httpBind(),
                httpPort,
                config.controllers());
        session.begin();
        return session;
    }

    private Registration registration(List<Device> devices, String bootId, String address) {
        String version = Agent.class.getPackage().getImplementationVersion();
        return new Registration(
                config.host(),
                UUID.randomUUID().toString(),
                bootId,
                version == null ? "development" : version,
                address,
                config.path(),
                config.cpuMillis(),
                config.memoryBytes(),
                config.acceleratorType()
                        .orElseGet(() -> devices.isEmpty() ? "" : devices.get(0).type()),
                devices,
                config.labels(),
                config.observedPods().isPresent());
    }

    private DeviceProbe probe(ProcessRunner runner) {
        if (config.devices() instanceof AgentConfig.Devices.Fake fake) {
            return new FakeDeviceProbe(fake.file(), config.host());
        }
        NvidiaDeviceProbe nvidia = new NvidiaDeviceProbe(runner);
        boolean wanted = config.devices() instanceof AgentConfig.Devices.Nvidia
                || (config.devices() instanceof AgentConfig.Devices.Auto && nvidia.isSupported());
        return wanted ? nvidia : new NoDevices();
    }

    private <T extends AutoCloseable> T owned(T part) {
        parts.push(part);
        return part;
    }
}
