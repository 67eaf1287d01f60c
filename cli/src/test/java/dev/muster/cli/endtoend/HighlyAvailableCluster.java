package dev.muster.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * One etcd, two controllers and some agents with two accelerators each, every one an operating-system process. Whatever a test kills
 * or stops, closing this leaves no process behind.
 */
final class HighlyAvailableCluster implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path home = Path.of(System.getProperty("muster.distribution"));
    private final Path directory;
    private final int etcdPort = RealCluster.freePort();
    private final TreeMap<String, Integer> ports = new TreeMap<>();
    private final TreeMap<String, Integer> httpPorts = new TreeMap<>();
    private final TreeMap<String, Process> processes = new TreeMap<>();
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build();

    HighlyAvailableCluster(Path directory, int hosts) {
        requireEtcd();
        this.directory = directory;
        startEtcd();
        for (String name : List.of("c1", "c2")) {
            ports.put(name, RealCluster.freePort());
            httpPorts.put(name, RealCluster.freePort());
            startController(name);
        }
        for (int n = 1; n <= hosts; n++) {
            startAgent("n" + n);
        }
        await("hosts are ready\n" + outputs())
                .atMost(PATIENCE)
                .until(() -> muster("nodes", "-o", "name").out().lines().count() == hosts);
    }

    private static void requireEtcd() {
        boolean found = Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "etcd")));
        String message = "there is no etcd on the PATH; install it: apt-get install etcd-server";
        if (!found && "1".equals(System.getenv("MUSTER_REQUIRE_ETCD"))) {
            throw new AssertionError(message);
        }
        Assumptions.assumeTrue(found, message);
    }

    private void startEtcd() {
        String client = "http://127.0.0.1:" + etcdPort;
        String peer = "http://127.0.0.1:" + RealCluster.freePort();
        start(
                "etcd",
                "etcd",
                "--data-dir=" + directory.resolve("etcd"),
                "--listen-client-urls=" + client,
                "--advertise-client-urls=" + client,
                "--listen-peer-urls=" + peer,
                "--initial-advertise-peer-urls=" + peer,
                "--initial-cluster=default=" + peer,
                "--logger=zap",
                "--log-level=error");
        await("etcd listens").atMost(PATIENCE).ignoreExceptions().until(() -> {
            new Socket(InetAddress.getLoopbackAddress(), etcdPort).close();
            return true;
        });
    }

    void startController(String name) {
        Path ready = directory.resolve(name + ".ready");
        deleteIfExists(ready);
        start(
                name,
                home.resolve("bin/muster-controller").toString(),
                "--store",
                "etcd://127.0.0.1:" + etcdPort,
                "--port",
                String.valueOf(ports.get(name)),
                "--http-port",
                String.valueOf(httpPorts.get(name)),
                "--ready-file",
                ready.toString());
        awaitFile(ready, name);
    }

    private void startAgent(String host) {
        Path devices = directory.resolve(host + ".devices.yaml");
        try {
            Files.writeString(devices, "type: fake-a100\ncount: 2\nmemory: 80Gi\nfaults: []\n");
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        }
        Path ready = directory.resolve(host + ".ready");
        start(
                host,
                home.resolve("bin/muster-agent").toString(),
                "--controller",
                servers(),
                "--host",
                host,
                "--data",
                directory.resolve("agents/" + host).toString(),
                "--address",
                "127.0.0.1",
                "--http-port",
                "0",
                "--devices",
                "fake:" + devices,
                "--cpus",
                "8",
                "--memory",
                "16Gi",
                "--ready-file",
                ready.toString());
        awaitFile(ready, host);
    }

    /** Both controllers, as users and agents name them. */
    String servers() {
        return "127.0.0.1:" + ports.get("c1") + ",127.0.0.1:" + ports.get("c2");
    }

    String server(String controller) {
        return "127.0.0.1:" + ports.get(controller);
    }

    // ---- who leads

    /** The first line that a controller's {@code /readyz} says; empty while it does not answer. */
    String readiness(String controller) {
        try {
            HttpRequest request = HttpRequest.newBuilder(
                            URI.create("http://127.0.0.1:" + httpPorts.get(controller) + "/readyz"))
                    .timeout(Duration.ofSeconds(1))
                    .build();
            return http.send(request, HttpResponse.BodyHandlers.ofString())
                    .body()
                    .strip();
        } catch (IOException away) {
            return "";
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    /** Waits until a controller leads, and names it. */
    String awaitLeader() {
        await("somebody leads\n" + outputs())
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> leader().isPresent());
        return leader().orElseThrow();
    }

    Optional<String> leader() {
        return ports.keySet().stream()
                .filter(name -> readiness(name).startsWith("leads"))
                .findFirst();
    }

    static String other(String controller) {
        return controller.equals("c1") ? "c2" : "c1";
    }

    // ---- what is done to processes

    /** Sends a signal to a controller, an agent or etcd. */
    void signal(String name, String signal) {
        long pid = process(name).pid();
        try {
            int status = new ProcessBuilder("kill", "-" + signal, Long.toString(pid))
                    .start()
                    .waitFor();
            assertThat(status).as("kill -%s %s", signal, name).isZero();
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    /** What the whole distribution's CLI says, as a user would run it. */
    CliRun muster(String... arguments) {
        return musterAt(servers(), arguments);
    }

    CliRun musterAt(String servers, String... arguments) {
        List<String> command =
                new ArrayList<>(List.of(home.resolve("bin/muster").toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("MUSTER_SERVER", servers);
        return CliRun.of(builder, directory);
    }

    /** What this process has printed so far. */
    String output(String name) {
        try {
            return Files.readString(directory.resolve(name + ".out"));
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        }
    }

    /** The output of every process, for failure messages. */
    String outputs() {
        StringBuilder all = new StringBuilder();
        processes
                .keySet()
                .forEach(name -> all.append("--- ").append(name).append('\n').append(output(name)));
        return all.toString();
    }

    private Process process(String name) {
        return Optional.ofNullable(processes.get(name)).orElseThrow();
    }

    private void start(String name, String... command) {
        try {
            processes.put(
                    name,
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.appendTo(
                                    directory.resolve(name + ".out").toFile()))
                            .start());
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        }
    }

    private void awaitFile(Path file, String who) {
        await(who + " is ready")
                .atMost(PATIENCE)
                .failFast(
                        who + " ended early:\n" + outputs(), () -> !process(who).isAlive())
                .until(() -> Files.exists(file));
    }

    private static void deleteIfExists(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        }
    }

    /** Agents first: what a controller would do about their end is of no interest any more. */
    @Override
    public void close() {
        for (Process process : processes.descendingMap().values()) {
            process.destroyForcibly();
            try {
                assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
