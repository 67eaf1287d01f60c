package dev.muster.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.muster.cli.endtoend.MusterCommand.Json;
import dev.muster.cli.endtoend.MusterCommand.Result;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** A controller and agents, each started as an operator starts it; any of them can be killed and started again. */
final class RunningCluster implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final String CONTROLLER = "controller";

    private final Path folder;
    private final int port = freePort();
    private final int httpPort = freePort();
    private final MusterCommand muster;
    private final Map<String, Process> processes = new TreeMap<>();

    private RunningCluster(Path folder) {
        this.folder = folder;
        this.muster = new MusterCommand(folder, "127.0.0.1:" + port);
    }

    /** Hosts n1, n2 and so on in one rack, 2 fake accelerators each; returns when all are ready. */
    static RunningCluster start(Path folder, int hosts) {
        RunningCluster cluster = new RunningCluster(folder);
        cluster.writeClusterFile(hosts);
        cluster.startController();
        for (int number = 1; number <= hosts; number++) {
            cluster.startAgent("n" + number);
        }
        cluster.awaitThat("every host is ready", () -> cluster.nodesIn("READY").size() == hosts);
        return cluster;
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private void writeClusterFile(int hosts) {
        StringBuilder file = new StringBuilder("""
                apiVersion: muster.dev/v1alpha1
                kind: Cluster
                levels: [rack]
                hosts:
                """);
        for (int number = 1; number <= hosts; number++) {
            file.append("  - {name: n%d, path: [r1], accelerators: 2, cpus: 8, memory: 8Gi}\n".formatted(number));
            write("devices-n" + number + ".yaml", "type: fake-a100\ncount: 2\nmemory: 80Gi\nfaults: []\n");
        }
        write("cluster.yaml", file.toString());
    }

    Path write(String name, String text) {
        try {
            return Files.writeString(folder.resolve(name), text);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    void startController() {
        launch(
                CONTROLLER,
                "muster-controller",
                "--data",
                folder.resolve("controller").toString(),
                "--bind",
                "127.0.0.1",
                "--port",
                String.valueOf(port),
                "--http-port",
                String.valueOf(httpPort),
                "--cluster",
                folder.resolve("cluster.yaml").toString());
    }

    void startAgent(String host) {
        launch(
                host,
                "muster-agent",
                "--controller",
                "127.0.0.1:" + port,
                "--host",
                host,
                "--data",
                folder.resolve("agent-" + host).toString(),
                "--address",
                "127.0.0.1",
                "--http-port",
                "0",
                "--path",
                "r1",
                "--devices",
                "fake:" + folder.resolve("devices-" + host + ".yaml"),
                "--cpus",
                "8",
                "--memory",
                "8Gi");
    }

    private void launch(String name, String program, String... arguments) {
        List<String> command =
                new ArrayList<>(List.of(MusterCommand.program(program).toString()));
        command.addAll(List.of(arguments));
        command.add("--exit-with-parent");
        try {
            processes.put(
                    name,
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.appendTo(
                                    folder.resolve(name + ".log").toFile()))
                            .start());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** {@code kill -9}; returns when it is dead. */
    void killController() {
        kill(CONTROLLER);
    }

    void killAgent(String host) {
        kill(host);
    }

    private void kill(String name) {
        process(name).destroyForcibly().onExit().join();
    }

    private Process process(String name) {
        return Objects.requireNonNull(processes.get(name), name);
    }

    /** The processes that the agent of a host has started. */
    List<ProcessHandle> ranksOn(String host) {
        return process(host).descendants().toList();
    }

    Result muster(String... words) {
        return muster.run(words);
    }

    /** A command that must succeed. */
    Json ask(String... words) {
        List<String> command = new ArrayList<>(List.of(words));
        command.addAll(List.of("-o", "json"));
        Result result = muster.run(command.toArray(String[]::new));
        assertThat(result.exitCode()).as("%s: %s", command, result.err()).isZero();
        return result.json();
    }

    String stateOf(String job) {
        return ask("show", job).field("job").text("state");
    }

    List<String> nodesIn(String state) {
        Result result = muster.run("nodes", "-o", "json");
        return result.exitCode() != 0
                ? List.of()
                : result.json().items("nodes").stream()
                        .filter(node -> node.text("state").equals(state))
                        .map(node -> node.text("name"))
                        .toList();
    }

    List<String> eventsOf(String job) {
        return ask("events", job).items("events").stream()
                .map(event -> event.text("type"))
                .toList();
    }

    /** Hosts that hold ranks in the newest attempt, and after them the spares. */
    List<String> hostsOf(String job, boolean spares) {
        List<Json> attempts = ask("show", job).items("attempts");
        return attempts.get(attempts.size() - 1).items("placement").stream()
                .filter(host -> host.text("spare").equals(String.valueOf(spares)))
                .map(host -> host.text("host"))
                .toList();
    }

    void awaitState(String job, String state) {
        awaitThat("job " + job + " is " + state, () -> stateOf(job).equals(state));
    }

    void awaitThat(String what, Callable<Boolean> condition) {
        await(what).atMost(PATIENCE).pollInterval(POLL).until(condition);
    }

    @Override
    public void close() {
        processes.values().forEach(Process::destroy);
        for (Process process : processes.values()) {
            try {
                if (!process.waitFor(10, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException interruption) {
                Thread.currentThread().interrupt();
                process.destroyForcibly();
            }
        }
    }
}
