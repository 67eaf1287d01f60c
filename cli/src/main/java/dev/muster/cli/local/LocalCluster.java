package dev.muster.cli.local;

import dev.muster.cli.client.Controller;
import dev.muster.cli.client.ServerAddress;
import dev.muster.cli.output.CommandFailure;
import dev.muster.cli.output.ExitCode;
import dev.muster.proto.v1.ListNodesRequest;
import dev.muster.proto.v1.NodeState;
import dev.muster.proto.v1.NodeSummary;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A controller and its agents as processes of this machine. Nothing restarts what dies: people break it on purpose to see
 * what happens. {@link #close} stops everything, agents first, and may be called from any thread, any number of times.
 */
public final class LocalCluster implements AutoCloseable {

    private static final Duration STOP_PATIENCE = Duration.ofSeconds(10);
    private static final Duration POLL = Duration.ofMillis(50);
    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(2);
    private static final String LOOPBACK = "127.0.0.1";

    private final Distribution distribution;
    private final ClusterPlan plan;
    private final DataDirectory data;
    private final int port;
    private final int httpPort;
    private final Map<String, LocalProcess> agents = new LinkedHashMap<>();
    private Optional<LocalProcess> controller = Optional.empty();
    private boolean stopping;

    public LocalCluster(Distribution distribution, ClusterPlan plan, DataDirectory data, int port, int httpPort) {
        this.distribution = distribution;
        this.plan = plan;
        this.data = data;
        this.port = port;
        this.httpPort = httpPort;
    }

    public ServerAddress address() {
        return new ServerAddress(LOOPBACK, port);
    }

    public DataDirectory data() {
        return data;
    }

    /** Starts every process. When one cannot be started, {@link #close} stops those that were. */
    public synchronized void start() {
        if (stopping) {
            return;
        }
        Ports.requireFree(port, "--port");
        Ports.requireFree(httpPort, "--http-port");
        controller = Optional.of(startController());
        for (PlannedHost host : plan.hosts()) {
            agents.put(host.name(), startAgent(host));
        }
    }

    private LocalProcess startController() {
        String name = "controller";
        List<String> command = new ArrayList<>(List.of(
                distribution.controller().toString(),
                "--data",
                data.controllerData().toString(),
                "--port",
                String.valueOf(port),
                "--http-port",
                String.valueOf(httpPort),
                "--bind",
                LOOPBACK,
                "--cluster",
                data.write("cluster.yaml", plan.file()).toString(),
                "--ready-file"));
        return launch(name, command);
    }

    private LocalProcess startAgent(PlannedHost host) {
        List<String> command = new ArrayList<>(List.of(
                distribution.agent().toString(),
                "--controller",
                address().toString(),
                "--host",
                host.name(),
                "--data",
                data.agentData(host).toString(),
                "--address",
                LOOPBACK,
                "--http-port",
                "0",
                "--devices",
                "fake:" + data.write("devices/" + host.name() + ".yaml", host.devicesFile()),
                "--cpus",
                host.cpus(),
                "--memory",
                host.memory()));
        if (!host.path().isEmpty()) {
            command.addAll(List.of("--path", String.join(",", host.path())));
        }
        command.add("--ready-file");
        return launch(host.name(), command);
    }

    private LocalProcess launch(String name, List<String> command) {
        Path readyFile = data.freshReadyFile(name);
        command.add(readyFile.toString());
        return LocalProcess.start(name, command, data.freshLog(name), readyFile);
    }

    /** Returns once every process says that it is ready and the controller hears every host. */
    public void awaitReady(Duration patience) throws InterruptedException {
        long deadlineNanos = System.nanoTime() + patience.toNanos();
        try (Controller connection = Controller.only(address(), CALL_TIMEOUT)) {
            while (!isStopping() && !isReady(connection)) {
                for (LocalProcess process : processes()) {
                    requireAlive(process);
                }
                if (System.nanoTime() - deadlineNanos > 0) {
                    throw CommandFailure.failed("the cluster was not ready after " + patience.toSeconds()
                            + " s, waiting for " + waitedFor() + "; the logs are in "
                            + data.path().resolve("logs"));
                }
                Thread.sleep(POLL.toMillis());
            }
        }
    }

    private boolean isReady(Controller connection) {
        if (!processes().stream().allMatch(LocalProcess::isReady)) {
            return false;
        }
        try {
            Set<String> heard =
                    connection
                            .fleet(fleet -> fleet.listNodes(ListNodesRequest.getDefaultInstance()))
                            .getNodesList()
                            .stream()
                            .filter(node -> isHeard(node.getState()))
                            .map(NodeSummary::getName)
                            .collect(Collectors.toSet());
            return plan.hosts().stream().map(PlannedHost::name).allMatch(heard::contains);
        } catch (CommandFailure failure) {
            if (failure.exitCode() == ExitCode.UNREACHABLE) {
                return false;
            }
            throw failure;
        }
    }

    /** A host that an operator has cordoned stays so through a restart, and the cluster is up all the same. */
    private static boolean isHeard(NodeState state) {
        return switch (state) {
            case NODE_STATE_READY,
                    NODE_STATE_QUARANTINED,
                    NODE_STATE_DRAINING,
                    NODE_STATE_CORDONED,
                    NODE_STATE_SUBHEALTHY,
                    NODE_STATE_MAINTENANCE -> true;
            case NODE_STATE_UNKNOWN, NODE_STATE_LOST, NODE_STATE_UNSPECIFIED, UNRECOGNIZED -> false;
        };
    }

    private void requireAlive(LocalProcess process) {
        if (!process.isAlive()) {
            String reason = process.lastLine().orElse("it printed nothing");
            ExitCode exitCode = process.exitCode() == ExitCode.REFUSED.number() ? ExitCode.REFUSED : ExitCode.FAILED;
            throw new CommandFailure(
                    exitCode, process.name() + " ended with " + process.exitCode() + " while starting: " + reason);
        }
    }

    private String waitedFor() {
        String names = processes().stream()
                .filter(process -> !process.isReady())
                .map(LocalProcess::name)
                .collect(Collectors.joining(", "));
        return names.isEmpty() ? "the controller to hear all hosts" : names;
    }

    /** The controller first, if it was started, then the agents in the order of the plan. */
    synchronized List<LocalProcess> processes() {
        return Stream.concat(controller.stream(), agents.values().stream()).toList();
    }

    synchronized LocalProcess agent(String host) {
        return Optional.ofNullable(agents.get(host))
                .orElseThrow(() -> CommandFailure.failed("no agent of this cluster plays host " + host));
    }

    synchronized boolean isStopping() {
        return stopping;
    }

    @Override
    public synchronized void close() {
        if (stopping) {
            return;
        }
        stopping = true;
        try {
            stop(List.copyOf(agents.values()));
            stop(controller.stream().toList());
        } catch (InterruptedException interruption) {
            // Somebody is in a hurry: nothing may be left running.
            processes().forEach(LocalProcess::kill);
            Thread.currentThread().interrupt();
        } finally {
            data.close();
        }
    }

    private static void stop(List<LocalProcess> processes) throws InterruptedException {
        long deadlineNanos = System.nanoTime() + STOP_PATIENCE.toNanos();
        processes.forEach(LocalProcess::terminate);
        for (LocalProcess process : processes) {
            Duration left = Duration.ofNanos(Math.max(0, deadlineNanos - System.nanoTime()));
            if (!process.awaitEnd(left)) {
                process.kill();
                process.awaitEnd(STOP_PATIENCE);
            }
        }
    }
}
