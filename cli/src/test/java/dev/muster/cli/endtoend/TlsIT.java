package dev.muster.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.muster.security.Certificates;
import dev.muster.security.TlsFiles.Identity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real controller that speaks TLS and asks for certificates, real agents, and the real command with and without its own. */
@SuppressWarnings("NullAway.Init") // JUnit calls startController() first
class TlsIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int EXIT_USAGE = 2;
    private static final Path HOME = Path.of(System.getProperty("muster.distribution"));

    @TempDir
    private static Path directory;

    private static Certificates ours;
    private static Certificates strangers;
    private static Identity server;
    private static Identity client;
    private static Identity stranger;
    private static final Map<String, Process> processes = new TreeMap<>();
    private static int port;
    private static int httpPort;

    @BeforeAll
    static void startController() throws IOException {
        ours = Certificates.authority(directory, "ours");
        strangers = Certificates.authority(directory, "strangers");
        server = ours.issue("server", "san=dns:muster.example");
        client = ours.issue("client", "san=dns:client");
        stranger = strangers.issue("stranger", "san=dns:stranger");
        port = RealCluster.freePort();
        httpPort = RealCluster.freePort();
        start("controller", controller(options(ours, server)));
        await("the controller is ready").atMost(PATIENCE).until(() -> Files.exists(directory.resolve("ready")));
        startAgent("n1", options(ours, client, "muster.example"));
        await("n1 has registered")
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(
                                nodes(options(ours, client, "muster.example")).out())
                        .as(output("n1"))
                        .contains("n1"));
    }

    @AfterAll
    static void stop() throws InterruptedException {
        for (Process process : processes.values()) {
            process.destroyForcibly();
            process.waitFor(10, TimeUnit.SECONDS);
        }
    }

    // ---- processes

    private static List<String> controller(List<String> options) {
        List<String> command = new ArrayList<>(List.of(
                HOME.resolve("bin/muster-controller").toString(),
                "--data",
                directory.resolve("data").toString(),
                "--port",
                String.valueOf(port),
                "--http-port",
                String.valueOf(httpPort),
                "--ready-file",
                directory.resolve("ready").toString()));
        command.addAll(options);
        return command;
    }

    private static void startAgent(String host, List<String> options) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                HOME.resolve("bin/muster-agent").toString(),
                "--controller",
                "127.0.0.1:" + port,
                "--host",
                host,
                "--data",
                directory.resolve(host).toString(),
                "--address",
                "127.0.0.1",
                "--http-port",
                "0",
                "--devices",
                "none"));
        command.addAll(options);
        start(host, command);
    }

    private static void start(String name, List<String> command) throws IOException {
        processes.put(
                name,
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(directory.resolve(name + ".out").toFile())
                        .start());
    }

    private static String output(String name) throws IOException {
        return Files.readString(directory.resolve(name + ".out"));
    }

    private static List<String> options(Certificates trusted, Identity shown, String... serverName) {
        List<String> options = new ArrayList<>(List.of(
                "--tls-ca",
                trusted.authority().toString(),
                "--tls-cert",
                shown.certificate().toString()));
        options.addAll(List.of("--tls-key", shown.key().toString()));
        Arrays.stream(serverName).forEach(name -> options.addAll(List.of("--tls-server-name", name)));
        return options;
    }

    private static CliRun nodes(List<String> options) {
        return nodes(options, Map.of("MUSTER_SERVER", "127.0.0.1:" + port));
    }

    private static CliRun nodes(List<String> options, Map<String, String> variables) {
        List<String> command =
                new ArrayList<>(List.of(HOME.resolve("bin/muster").toString(), "nodes", "-o", "name"));
        command.addAll(options);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(variables);
        return CliRun.of(builder, directory);
    }

    private static void assertFails(List<String> options, String why) {
        CliRun run = nodes(options);
        assertThat(run.exitCode()).isNotZero();
        assertThat(run.err().strip())
                .contains("127.0.0.1:" + port)
                .contains(why)
                .doesNotContain("\n");
    }

    // ---- stories

    @Test
    void theEnvironmentAndAContextTurnTlsOnToo() throws IOException {
        CliRun byEnvironment = nodes(
                List.of(),
                Map.of(
                        "MUSTER_SERVER",
                        "127.0.0.1:" + port,
                        "MUSTER_TLS_CA",
                        ours.authority().toString(),
                        "MUSTER_TLS_CERT",
                        client.certificate().toString(),
                        "MUSTER_TLS_KEY",
                        client.key().toString(),
                        "MUSTER_TLS_SERVER_NAME",
                        "muster.example"));
        assertThat(byEnvironment.out()).as(byEnvironment.err()).contains("n1");

        Path home = directory.resolve("home");
        Files.createDirectories(home.resolve("muster"));
        Files.writeString(home.resolve("muster/config.yaml"), """
                context: lab
                contexts:
                  - {name: lab, server: "127.0.0.1:%d", tlsCa: %s, tlsCert: %s, tlsKey: %s, tlsServerName: muster.example}
                """.formatted(
                        port, ours.authority(), client.certificate(), client.key()));
        CliRun byContext = nodes(List.of(), Map.of("XDG_CONFIG_HOME", home.toString()));
        assertThat(byContext.out()).as(byContext.err()).contains("n1");
    }

    @Test
    void theCommandSaysInOneLineWhyItIsNotAnswered() {
        assertFails(List.of(), "it speaks TLS; give the authority of its certificate as --tls-ca");
        assertFails(
                List.of("--tls-ca", ours.authority().toString(), "--tls-server-name", "muster.example"),
                "it asks for a certificate of ours; give one with --tls-cert and --tls-key");
        assertFails(options(strangers, client, "muster.example"), "give the authority that signed it as --tls-ca");
        assertFails(options(ours, stranger, "muster.example"), "it does not accept our certificate");
        assertFails(options(ours, client), "give a name that it holds as --tls-server-name");
    }

    @Test
    void filesThatMakeNoSenseAreRefusedBeforeAnybodyIsAsked() throws Exception {
        CliRun half = nodes(List.of("--tls-cert", client.certificate().toString()));
        assertThat(half.exitCode()).isEqualTo(EXIT_USAGE);
        assertThat(half.err()).contains("--tls-cert and --tls-key belong together");

        ProcessBuilder careless = new ProcessBuilder(
                controller(List.of("--tls-ca", ours.authority().toString())));
        CliRun refused = CliRun.of(careless, directory);
        assertThat(refused.exitCode()).isEqualTo(EXIT_USAGE);
        assertThat(refused.err()).contains("needs --tls-cert and --tls-key");
    }

    @Test
    void agentsThatAreNotLetInSayWhy() throws IOException {
        startAgent("plain", List.of());
        startAgent("unknown", options(ours, stranger, "muster.example"));
        startAgent("distrustful", options(strangers, client, "muster.example"));
        awaitOutput("plain", "it speaks TLS");
        awaitOutput("unknown", "does not accept our certificate");
        awaitOutput("distrustful", "give the authority that signed it as --tls-ca");
        assertThat(nodes(options(ours, client, "muster.example")).out())
                .contains("n1")
                .doesNotContain("plain", "unknown", "distrustful");
    }

    private static void awaitOutput(String agent, String words) {
        await(agent + " says: " + words)
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(output(agent)).contains(words));
    }
}
