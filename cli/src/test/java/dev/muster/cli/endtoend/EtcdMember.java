package dev.muster.cli.endtoend;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * One member of an etcd cluster.
 *
 * @param command starts it, for the first time or again on what it has on disk
 */
record EtcdMember(String name, int port, int peerPort, List<String> command) {

    private static final Duration ANSWERS_WITHIN = Duration.ofMillis(500);

    /** The members of one cluster, {@code etcd1} and so on, none of which has been started. */
    static List<EtcdMember> cluster(int count, Path directory) {
        List<Integer> ports = Stream.generate(RealCluster::freePort)
                .distinct()
                .limit(2L * count)
                .toList();
        String peers = IntStream.range(0, count)
                .mapToObj(i -> name(i) + "=http://127.0.0.1:" + ports.get(2 * i + 1))
                .collect(Collectors.joining(","));
        return IntStream.range(0, count)
                .mapToObj(i -> of(name(i), ports.get(2 * i), ports.get(2 * i + 1), peers, directory))
                .toList();
    }

    private static String name(int index) {
        return "etcd" + (index + 1);
    }

    private static EtcdMember of(String name, int port, int peerPort, String peers, Path directory) {
        String client = "http://127.0.0.1:" + port;
        String peer = "http://127.0.0.1:" + peerPort;
        return new EtcdMember(
                name,
                port,
                peerPort,
                List.of(
                        "etcd",
                        "--name=" + name,
                        "--data-dir=" + directory.resolve(name),
                        "--listen-client-urls=" + client,
                        "--advertise-client-urls=" + client,
                        "--listen-peer-urls=" + peer,
                        "--initial-advertise-peer-urls=" + peer,
                        "--initial-cluster=" + peers,
                        "--logger=zap",
                        "--log-level=error"));
    }

    String endpoint() {
        return "127.0.0.1:" + port;
    }

    /** Whether it answers and is part of a quorum. */
    boolean isHealthy(HttpClient http) {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + endpoint() + "/health"))
                .timeout(ANSWERS_WITHIN)
                .build();
        try {
            HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
            return response.statusCode() == 200 && response.body().contains("\"true\"");
        } catch (IOException away) {
            return false;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Skips the test where there is no etcd, or fails it where MUSTER_REQUIRE_ETCD=1 says that there should be one. */
    static void requireEtcd() {
        boolean found = Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "etcd")));
        String message = "there is no etcd on the PATH; install it: apt-get install etcd-server";
        if (!found && "1".equals(System.getenv("MUSTER_REQUIRE_ETCD"))) {
            throw new AssertionError(message);
        }
        Assumptions.assumeTrue(found, message);
    }
}
