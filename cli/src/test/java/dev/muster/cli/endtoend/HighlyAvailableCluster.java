package dev.muster.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
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
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Some members of etcd ({@code etcd1} and so on), two controllers ({@code c1}, {@code c2}) and some agents with two accelerators each
 * ({@code n1} and so on), every one an operating-system process. Whatever a test kills or stops, closing this leaves no process
 * behind.
 */
final class HighlyAvailableCluster implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofSeconds(60);
    static final List<String> CONTROLLERS = List.of("c1", "c2");

    private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(1);

    private final Path home = Path.of(System.getProperty("muster.distribution"));
    private final Path directory;
    private final List<EtcdMember> etcdMembers;
    private final List<String> controllerOptions;
    private final TreeMap<String, Integer> ports = new TreeMap<>();
    private final TreeMap<String, Integer> httpPorts = new TreeMap<>();
    /** Looked at by a thread that plays chaos too. */
    private final ConcurrentSkipListMap<String, Process> processes = new ConcurrentSkipListMap<>();

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(ANSWERS_WITHIN).build();

    HighlyAvailableCluster(Path directory, int etcdMembers, int hosts, String... controllerOptions) {
        EtcdMember.requireEtcd();
        this.directory = directory;
        this.etcdMembers = EtcdMember.cluster(etcdMembers, directory);
        this.controllerOptions = List.of(controllerOptions);
        for (String name : CONTROLLERS) {
            ports.put(name, RealCluster.freePort());
            httpPorts.put(name, RealCluster.freePort());
        }
        try {
            startAll(hosts);
        } catch (RuntimeException | Error failure) {
            close();
            throw failure;
        }
    }

    private void startAll(int hosts) {
        etcdMembers.forEach(this::launchEtcd);
        etcdMembers.forEach(
                member -> await(member.name() + " is healthy").atMost(PATIENCE).until(() -> member.isHealthy(http)));
        CONTROLLERS.forEach(this::startController);
        List<String> names =
                IntStream.rangeClosed(1, hosts).mapToObj(n -> "n" + n).toList();
        for (String host : names) {
            launchAgent(host);
            awaitFile(readyFile(host), host);
        }
        await("hosts are ready\n" + outputs())
                .atMost(PATIENCE)
                .until(() -> muster("nodes", "-o", "name").out().lines().count() == hosts);
    }

    List<EtcdMember> etcdMembers() {
        return etcdMembers;
    }

    /** Starts a member, for the first time or again; does not wait. */
    void launchEtcd(EtcdMember member) {
        start(member.name(), member.command());
    }

    boolean isHealthy(EtcdMember member) {
        return member.isHealthy(http);
    }

    /** Starts a controller and waits until it serves. */
    void startController(String name) {
        launchController(name);
        awaitFile(readyFile(name), name);
    }

    /** Starts a controller; does not wait. */
    void launchController(String name, String... moreOptions) {
        deleteIfExists(readyFile(name));
        List<String> command = new ArrayList<>(List.of(
                home.resolve("bin/muster-controller").toString(),
                "--store",
                "etcd://" + etcdMembers.stream().map(EtcdMember::endpoint).collect(Collectors.joining(",")),
                "--port",
                String.valueOf(ports.get(name)),
                "--http-port",
                String.valueOf(httpPorts.get(name)),
                "--ready-file",
                readyFile(name).toString()));
        command.addAll(controllerOptions);
        command.addAll(List.of(moreOptions));
        start(name, command);
    }

    /** Starts an agent, for the first time or again; does not wait. */
    void launchAgent(String host) {
        deleteIfExists(readyFile(host));
        Path devices = directory.resolve(host + ".devices.yaml");
        try {
            Files.writeString(devices, "type: fake-a100\ncount: 2\nmemory: 80Gi\nfaults: []\n");
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        }
        start(
                host,
                List.of(
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
                        readyFile(host).toString()));
    }

    private Path readyFile(String name) {
        return directory.resolve(name + ".ready");
    }

    /** Whether the agent that runs now has registered and still is. */
    boolean isRegistered(String host) {
        try {
            return Files.readAllLines(readyFile(host)).stream()
                    .filter(line -> line.startsWith("httpPort="))
                    .map(line -> get("http://127.0.0.1:" + line.substring("httpPort=".length()) + "/readyz"))
                    .anyMatch(answer -> answer.equals("registered"));
        } catch (IOException notYet) {
            return false;
        }
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
        return get("http://127.0.0.1:" + httpPorts.get(controller) + "/readyz");
    }

    /** What a controller's {@code /healthz} says; empty while it does not answer. */
    String health(String controller) {
        return get("http://127.0.0.1:" + httpPorts.get(controller) + "/healthz");
    }

    private String get(String url) {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                    .timeout(ANSWERS_WITHIN)
                    .build();
            return http.send(request, HttpResponse.BodyHandlers.ofString())
                    .body()
                    .strip();
        } catch (IOException away) {
            return "";
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return "";
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

    /** kill -9; returns once it is dead. */
    void kill(String name) {
        process(name).destroyForcibly();
        awaitEnd(process(name));
    }

    private static void awaitEnd(Process process) {
        try {
            assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
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

    Process process(String name) {
        return Optional.ofNullable(processes.get(name)).orElseThrow();
    }

    private void start(String name, List<String> command) {
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
        processes.descendingMap().values().forEach(Process::destroyForcibly);
        processes.descendingMap().values().forEach(HighlyAvailableCluster::awaitEnd);
    }
}
