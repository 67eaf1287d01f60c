package dev.muster.controller.kubernetes.testing;

import static org.awaitility.Awaitility.await;

import dev.muster.controller.store.etcd.EtcdServer;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * A real kube-apiserver over a real etcd, on free ports, in a directory of its own. There is no scheduler, no controller
 * manager and no kubelet beside it: nothing is bound, collected or run but by the test.
 */
public final class ApiServerProcess implements AutoCloseable {

    private static final String VERSION = "v1.34.4";
    private static final String TOKEN = "test-admin";
    private static final Duration STARTS_WITHIN = Duration.ofMinutes(2);

    private final Path directory;
    private final EtcdServer etcd;
    private final int port;
    private Optional<Process> process = Optional.empty();

    private ApiServerProcess(Path directory, EtcdServer etcd, int port) {
        this.directory = directory;
        this.etcd = etcd;
        this.port = port;
    }

    /** Starts one and waits until it is ready; skips the test where there is no kube-apiserver. */
    public static ApiServerProcess start() {
        Path program = requireProgram();
        EtcdServer etcd = EtcdServer.start(1);
        try {
            Path directory = Files.createTempDirectory("muster-apiserver");
            Files.writeString(directory.resolve("tokens.csv"), TOKEN + ",admin,admin,\"system:masters\"\n");
            Files.writeString(directory.resolve("service-accounts.key"), privateKey());
            ApiServerProcess server = new ApiServerProcess(directory, etcd, freePort());
            server.run(program);
            return server;
        } catch (IOException failure) {
            etcd.close();
            throw new UncheckedIOException(failure);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static Path requireProgram() {
        Optional<Path> program = Stream.of(
                        Optional.ofNullable(System.getenv("KUBEBUILDER_ASSETS")).map(Path::of),
                        Optional.of(Path.of(System.getProperty("user.home"), ".cache/muster/kube-apiserver", VERSION)))
                .flatMap(Optional::stream)
                .map(folder -> folder.resolve("kube-apiserver"))
                .filter(Files::isExecutable)
                .findFirst();
        if (program.isEmpty()) {
            String message =
                    "there is no kube-apiserver; `.ci/kube-apiserver/build` makes one, or KUBEBUILDER_ASSETS names"
                            + " the folder of another";
            if ("1".equals(System.getenv("MUSTER_REQUIRE_KUBERNETES"))) {
                throw new AssertionError(message);
            }
            Assumptions.abort(message);
        }
        return program.orElseThrow();
    }

    private static String privateKey() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            byte[] key = generator.generateKeyPair().getPrivate().getEncoded();
            return "-----BEGIN PRIVATE KEY-----\n"
                    + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key)
                    + "\n-----END PRIVATE KEY-----\n";
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private void run(Path program) throws IOException {
        Path key = directory.resolve("service-accounts.key");
        ProcessBuilder builder = new ProcessBuilder(List.of(
                        program.toString(),
                        "--etcd-servers=http://" + etcd.endpoints().get(0),
                        "--bind-address=127.0.0.1",
                        "--secure-port=" + port,
                        "--cert-dir=" + directory,
                        "--token-auth-file=" + directory.resolve("tokens.csv"),
                        "--authorization-mode=RBAC",
                        "--service-account-issuer=https://kubernetes.default.svc",
                        "--service-account-key-file=" + key,
                        "--service-account-signing-key-file=" + key,
                        "--service-cluster-ip-range=10.0.0.0/16",
                        "--allow-privileged=true",
                        // No controller manager makes the accounts that this plugin asks for.
                        "--disable-admission-plugins=ServiceAccount"))
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile());
        process = Optional.of(builder.start());
        Runtime.getRuntime().addShutdownHook(new Thread(this::kill));
        try (KubernetesClient client = client()) {
            await().atMost(STARTS_WITHIN).pollInterval(Duration.ofMillis(100)).until(() -> isReady(client));
        }
    }

    private boolean isReady(KubernetesClient client) {
        if (!process.orElseThrow().isAlive()) {
            throw new AssertionError("kube-apiserver ended: " + log());
        }
        try {
            return "ok".equals(client.raw("/readyz"))
                    && client.namespaces().withName("default").get() != null;
        } catch (RuntimeException notYet) {
            return false;
        }
    }

    private String log() {
        try {
            List<String> lines = Files.readAllLines(directory.resolve("log"));
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
        } catch (IOException none) {
            return "(no log)";
        }
    }

    public int port() {
        return port;
    }

    /** For an administrator. */
    public Config config() {
        return config("https://127.0.0.1:" + port);
    }

    /** For an administrator who comes through a proxy. */
    public Config config(String url) {
        return new ConfigBuilder(Config.empty())
                .withMasterUrl(url)
                .withOauthToken(TOKEN)
                .withTrustCerts(true)
                .withNamespace("default")
                .build();
    }

    /** What {@code kubectl} would be given. */
    public String kubeconfig() {
        return """
                apiVersion: v1
                kind: Config
                current-context: test
                clusters: [{name: test, cluster: {server: "https://127.0.0.1:%d", insecure-skip-tls-verify: true}}]
                users: [{name: test, user: {token: %s}}]
                contexts: [{name: test, context: {cluster: test, user: test, namespace: default}}]
                """.formatted(port, TOKEN);
    }

    public KubernetesClient client() {
        return new KubernetesClientBuilder().withConfig(config()).build();
    }

    /** SIGSTOP: connections stay open and nothing answers. */
    public void pause() {
        signal("STOP");
    }

    /** SIGCONT. */
    public void resume() {
        signal("CONT");
    }

    private void signal(String signal) {
        try {
            new ProcessBuilder(
                            "kill",
                            "-" + signal,
                            Long.toString(process.orElseThrow().pid()))
                    .start()
                    .waitFor();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    private void kill() {
        process.ifPresent(running -> {
            running.destroyForcibly();
            try {
                running.waitFor(10, TimeUnit.SECONDS);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        });
    }

    @Override
    public void close() {
        kill();
        etcd.close();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
