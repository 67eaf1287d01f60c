package dev.muster.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.muster.proto.v1.FleetServiceGrpc;
import dev.muster.proto.v1.JobServiceGrpc;
import dev.muster.proto.v1.NodeRequest;
import dev.muster.proto.v1.NodeState;
import io.grpc.ManagedChannel;
import io.grpc.okhttp.OkHttpChannelBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A controller and some agents, each its own operating-system process, two hosts a rack. Whatever a test kills, closing
 * this leaves no process behind.
 */
final class RealCluster implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofSeconds(40);

    private final Path home = Path.of(System.getProperty("muster.distribution"));
    private final Path directory;
    private final int port;
    private final int httpPort;
    private final List<String> controllerOptions;
    /** Looked at by a thread that plays chaos too. */
    private final Map<String, Process> agents = new ConcurrentSkipListMap<>();

    private volatile Optional<Process> controller = Optional.empty();
    private final ManagedChannel channel;

    RealCluster(Path directory, int hosts, int acceleratorsPerHost, String... controllerOptions) {
        this(directory, "", hosts, acceleratorsPerHost, List.of(controllerOptions));
    }

    private RealCluster(
            Path directory, String sharing, int hosts, int acceleratorsPerHost, List<String> controllerOptions) {
        this.directory = directory;
        this.port = freePort();
        this.httpPort = freePort();
        this.controllerOptions = controllerOptions;
        write("cluster.yaml", "apiVersion: muster.dev/v1alpha1\nkind: Cluster\nlevels: [block, rack]\n" + sharing);
        this.channel = OkHttpChannelBuilder.forAddress("127.0.0.1", port)
                .usePlaintext()
                .build();
        try {
            startAll(hosts, acceleratorsPerHost);
        } catch (RuntimeException | Error failure) {
            close();
            throw failure;
        }
    }

    private void startAll(int hosts, int acceleratorsPerHost) {
        startController();
        for (int n = 1; n <= hosts; n++) {
            faults("n" + n, acceleratorsPerHost, "[]");
            startAgent("n" + n, path(n));
        }
        for (int n = 1; n <= hosts; n++) {
            awaitNode("n" + n, NodeState.NODE_STATE_READY);
        }
    }

    /** One whose cluster file says more: queues, a policy. */
    static RealCluster sharedBy(Path directory, String sharing, int hosts, int acceleratorsPerHost) {
        return new RealCluster(directory, sharing, hosts, acceleratorsPerHost, List.of());
    }

    static String path(int host) {
        return "b1,r" + (host + 1) / 2;
    }

    int port() {
        return port;
    }

    int httpPort() {
        return httpPort;
    }

    Path directory() {
        return directory;
    }

    JobServiceGrpc.JobServiceBlockingStub jobs() {
        return JobServiceGrpc.newBlockingStub(channel).withDeadlineAfter(20, TimeUnit.SECONDS);
    }

    FleetServiceGrpc.FleetServiceBlockingStub fleet() {
        return FleetServiceGrpc.newBlockingStub(channel).withDeadlineAfter(20, TimeUnit.SECONDS);
    }

    // ---- processes

    void startController() {
        launchController();
        awaitFile("controller.ready", controller.orElseThrow(), "controller");
    }

    /** Starts it and does not wait until it is ready. */
    void launchController() {
        List<String> command = new ArrayList<>(List.of(
                home.resolve("bin/muster-controller").toString(),
                "--data",
                directory.resolve("controller").toString(),
                "--bind",
                "127.0.0.1",
                "--port",
                String.valueOf(port),
                "--http-port",
                String.valueOf(httpPort),
                "--cluster",
                directory.resolve("cluster.yaml").toString(),
                "--ready-file",
                directory.resolve("controller.ready").toString()));
        command.addAll(controllerOptions);
        delete("controller.ready");
        controller = Optional.of(start(command, "controller"));
    }

    void killController() {
        kill(controller.orElseThrow());
        controller = Optional.empty();
    }

    void startAgent(String host, String path) {
        launchAgent(host, path);
        awaitFile(host + ".ready", Optional.ofNullable(agents.get(host)).orElseThrow(), "agent-" + host);
    }

    /** Starts it and does not wait until it is ready. */
    void launchAgent(String host, String path) {
        delete(host + ".ready");
        Process agent = start(
                List.of(
                        home.resolve("bin/muster-agent").toString(),
                        "--controller",
                        "127.0.0.1:" + port,
                        "--host",
                        host,
                        "--data",
                        directory.resolve("agents/" + host).toString(),
                        "--address",
                        "127.0.0.1",
                        "--http-port",
                        "0",
                        "--path",
                        path,
                        "--devices",
                        "fake:" + directory.resolve(host + ".devices.yaml"),
                        "--cpus",
                        "8",
                        "--memory",
                        "16Gi",
                        "--ready-file",
                        directory.resolve(host + ".ready").toString()),
                "agent-" + host);
        agents.put(host, agent);
    }

    void killAgent(String host) {
        kill(Optional.ofNullable(agents.remove(host)).orElseThrow());
    }

    Process controllerProcess() {
        return controller.orElseThrow();
    }

    Process agentProcess(String host) {
        return Optional.ofNullable(agents.get(host)).orElseThrow();
    }

    /** Rewrites the host's fake device file, which its agent watches. */
    void faults(String host, int accelerators, String faults) {
        write(
                host + ".devices.yaml",
                "type: fake-a100\ncount: " + accelerators + "\nmemory: 80Gi\nfaults: " + faults + "\n");
    }

    /** What the whole distribution's CLI says, as a user would run it. */
    CliRun muster(String... arguments) {
        List<String> command =
                new ArrayList<>(List.of(home.resolve("bin/muster").toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("MUSTER_SERVER", "127.0.0.1:" + port);
        return CliRun.of(builder, directory);
    }

    // ---- waiting

    void awaitNode(String host, NodeState state) {
        await("host " + host + " is " + state + "\n" + outputs())
                .atMost(PATIENCE)
                .ignoreExceptions()
                .until(() ->
                        fleet().getNode(NodeRequest.newBuilder().setName(host).build())
                                        .getNode()
                                        .getState()
                                == state);
    }

    /** Whether the process of this name, {@code controller} or a host's, has written its ready file. */
    boolean isReady(String name) {
        return Files.exists(directory.resolve(name + ".ready"));
    }

    private void awaitFile(String name, Process process, String who) {
        await(who + " is ready")
                .atMost(PATIENCE)
                .failFast(who + " ended early:\n" + outputs(), () -> !process.isAlive())
                .until(() -> Files.exists(directory.resolve(name)));
    }

    /** The output of every process, for failure messages. */
    String outputs() {
        StringBuilder all = new StringBuilder();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file :
                    files.filter(f -> f.toString().endsWith(".out")).sorted().toList()) {
                all.append("--- ").append(file.getFileName()).append('\n').append(Files.readString(file));
            }
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        }
        return all.toString();
    }

    // ---- small print

    private Process start(List<String> command, String name) {
        try {
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            directory.resolve(name + ".out").toFile()))
                    .start();
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        }
    }

    private static void kill(Process process) {
        process.destroyForcibly();
        try {
            assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void write(String name, String text) {
        try {
            Path fresh = directory.resolve(name + ".new");
            Files.writeString(fresh, text);
            Files.move(
                    fresh,
                    directory.resolve(name),
                    java.nio.file.StandardCopyOption.ATOMIC_MOVE,
                    java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        }
    }

    private void delete(String name) {
        try {
            Files.deleteIfExists(directory.resolve(name));
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        }
    }

    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        }
    }

    @Override
    public void close() {
        channel.shutdownNow();
        agents.values().forEach(RealCluster::kill);
        controller.ifPresent(RealCluster::kill);
    }
}
