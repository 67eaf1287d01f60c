package dev.muster.controller.store.etcd;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * A real etcd of one or three members, started from the PATH on free ports, in a directory of its own. Where there is no
 * etcd, tests are skipped with a word, or fail where MUSTER_REQUIRE_ETCD=1 says that there should be one.
 */
public final class EtcdServer implements AutoCloseable {

    private static final Duration STARTS_WITHIN = Duration.ofSeconds(60);

    private final Path directory;
    private final List<Member> members = new ArrayList<>();

    private EtcdServer(Path directory) {
        this.directory = directory;
    }

    /** Starts that many members, with these options of etcd beside our own. */
    public static EtcdServer start(int count, String... options) {
        requireEtcd();
        try {
            EtcdServer server = new EtcdServer(Files.createTempDirectory("muster-etcd"));
            try {
                server.startMembers(count, List.of(options));
                return server;
            } catch (IOException | RuntimeException failure) {
                server.close();
                throw failure;
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** One member that speaks TLS, with a certificate that nobody else has signed. */
    static EtcdServer withOwnCertificate() {
        return start(1, "--auto-tls");
    }

    private static void requireEtcd() {
        if (onPath("etcd").isPresent() && onPath("etcdctl").isPresent()) {
            return;
        }
        String message = "there is no etcd on the PATH; install it: apt-get install etcd-server etcd-client";
        if ("1".equals(System.getenv("MUSTER_REQUIRE_ETCD"))) {
            throw new AssertionError(message);
        }
        Assumptions.abort(message);
    }

    static Optional<Path> onPath(String program) {
        return Stream.of(System.getenv("PATH").split(":"))
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private void startMembers(int count, List<String> options) throws IOException {
        List<Integer> ports = freePorts(2 * count);
        StringBuilder cluster = new StringBuilder();
        for (int i = 0; i < count; i++) {
            cluster.append(i == 0 ? "" : ",")
                    .append("m" + i + "=" + scheme("--peer-", options) + "://127.0.0.1:" + ports.get(2 * i + 1));
        }
        for (int i = 0; i < count; i++) {
            members.add(new Member("m" + i, ports.get(2 * i), ports.get(2 * i + 1), cluster.toString(), options));
        }
        for (Member member : members) {
            member.start();
        }
        members.forEach(Member::awaitListening);
    }

    /** Where options give a certificate, or let etcd make one, it speaks TLS; to clients or with the prefix of peers. */
    private static String scheme(String prefix, List<String> options) {
        boolean tls = options.stream()
                .anyMatch(option -> option.equals(prefix + "auto-tls") || option.startsWith(prefix + "cert-file="));
        return tls ? "https" : "http";
    }

    /** All at once, so that no two are the same. */
    private static List<Integer> freePorts(int count) throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        List<Integer> ports = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ServerSocket socket = new ServerSocket(0);
            sockets.add(socket);
            ports.add(socket.getLocalPort());
        }
        for (ServerSocket socket : sockets) {
            socket.close();
        }
        return ports;
    }

    public List<String> endpoints() {
        return members.stream().map(Member::endpoint).toList();
    }

    public Member member(int index) {
        return members.get(index);
    }

    /** Runs etcdctl against all members and returns what it printed. */
    public String etcdctl(String... arguments) {
        String urls = String.join(",", members.stream().map(Member::url).toList());
        List<String> command = new ArrayList<>(List.of("etcdctl", "--endpoints=" + urls));
        command.addAll(List.of(arguments));
        try {
            ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
            builder.environment().put("ETCDCTL_API", "3");
            Process process = builder.start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new AssertionError(String.join(" ", command) + " failed: " + output);
            }
            return output;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    @Override
    public void close() {
        members.forEach(Member::kill);
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** One member of the cluster, a process. */
    public final class Member {

        private final String name;
        private final int port;
        private final String url;
        private final List<String> command;
        private Optional<Process> process = Optional.empty();

        private Member(String name, int port, int peerPort, String cluster, List<String> options) {
            this.name = name;
            this.port = port;
            url = scheme("--", options) + "://127.0.0.1:" + port;
            String peer = scheme("--peer-", options) + "://127.0.0.1:" + peerPort;
            command = new ArrayList<>(List.of(
                    "etcd",
                    "--name=" + name,
                    "--data-dir=" + directory.resolve(name),
                    "--listen-client-urls=" + url,
                    "--advertise-client-urls=" + url,
                    "--listen-peer-urls=" + peer,
                    "--initial-advertise-peer-urls=" + peer,
                    "--initial-cluster=" + cluster,
                    "--logger=zap",
                    "--log-level=error"));
            command.addAll(options);
        }

        public String endpoint() {
            return "127.0.0.1:" + port;
        }

        private String url() {
            return url;
        }

        /** Starts it, or starts it again with what it has on disk. */
        public void start() {
            try {
                Path log = directory.resolve(name + ".log");
                process = Optional.of(new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                        .start());
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }

        void awaitListening() {
            await().atMost(STARTS_WITHIN).until(this::isListening);
        }

        private boolean isListening() {
            if (process.isEmpty() || !process.get().isAlive()) {
                throw new AssertionError("etcd member " + name + " ended: " + log());
            }
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
                return true;
            } catch (IOException notYet) {
                return false;
            }
        }

        private String log() {
            try {
                return Files.readString(directory.resolve(name + ".log"));
            } catch (IOException none) {
                return "(no log)";
            }
        }

        /** kill -9. */
        public void kill() {
            process.ifPresent(running -> {
                running.destroyForcibly();
                try {
                    running.waitFor(10, TimeUnit.SECONDS);
                } catch (InterruptedException interrupted) {
                    Thread.currentThread().interrupt();
                }
            });
        }

        /** SIGSTOP: its connections stay open and nothing answers. */
        public void pause() {
            signal("STOP");
        }

        /** SIGCONT. */
        public void resume() {
            signal("CONT");
        }

        private void signal(String signal) {
            long pid = process.orElseThrow().pid();
            try {
                int status = new ProcessBuilder("kill", "-" + signal, Long.toString(pid))
                        .start()
                        .waitFor();
                if (status != 0) {
                    throw new AssertionError("kill -" + signal + " " + pid + " failed");
                }
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            } catch (InterruptedException interrupted) {
                throw new AssertionError(interrupted);
            }
        }
    }
}
