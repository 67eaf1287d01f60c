package dev.muster.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The image that the build wrote is one that a runtime takes, and what is in it starts there and nowhere else. */
class ImageIT {

    private static final String USER = System.getProperty("muster.image.user");

    @TempDir
    static Path directory;

    private static ImageFile image;
    private static Container container;
    private static Path root;

    @BeforeAll
    static void unpack() throws IOException {
        image = ImageFile.unpack(Path.of(System.getProperty("muster.image")), directory.resolve("image"));
        root = image.root(directory.resolve("root"));
        container = new Container(root, environment(image.config()), USER);
    }

    private static Map<String, String> environment(JsonNode config) {
        Map<String, String> environment = new LinkedHashMap<>();
        config.at("/config/Env").forEach(variable -> {
            String[] parts = variable.asText().split("=", 2);
            environment.put(parts[0], parts[1]);
        });
        return environment;
    }

    @Test
    void itRunsTheControllerAsNobodyInParticular() throws IOException {
        JsonNode config = image.config().path("config");
        assertThat(config.path("User").asText()).isEqualTo("65532:65532");
        assertThat(config.path("Entrypoint")).hasSize(1);
        assertThat(config.at("/Entrypoint/0").asText()).isEqualTo("/opt/muster/bin/muster-controller");
        assertThat(config.path("ExposedPorts").fieldNames())
                .toIterable()
                .containsExactlyInAnyOrder("7443/tcp", "7480/tcp", "7481/tcp");
        assertThat(image.config().path("os").asText()).isEqualTo("linux");
        assertThat(image.config().path("architecture").asText())
                .isEqualTo(System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64");
    }

    @Test
    void itsLayersAreThoseThatItsConfigurationNames() throws IOException, NoSuchAlgorithmException {
        JsonNode named = image.config().at("/rootfs/diff_ids");
        List<Path> layers = image.layers();
        assertThat(named).hasSameSizeAs(layers).hasSizeGreaterThanOrEqualTo(3);
        for (int i = 0; i < layers.size(); i++) {
            assertThat(named.get(i).asText()).isEqualTo("sha256:" + digest(layers.get(i)));
        }
    }

    private static String digest(Path layer) throws IOException, NoSuchAlgorithmException {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        byte[] buffer = new byte[1 << 16];
        try (GZIPInputStream content = new GZIPInputStream(Files.newInputStream(layer))) {
            for (int count = content.read(buffer); count >= 0; count = content.read(buffer)) {
                digest.update(buffer, 0, count);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    @Test
    void itsProgramsStart() throws IOException {
        assertThat(container.run("/opt/java/bin/java", "-version")).contains("OpenJDK Runtime Environment");
        assertThat(container.run("/opt/muster/bin/muster-controller", "--help")).contains("--store=etcd://HOST:PORT");
        assertThat(container.run("/opt/muster/bin/muster-agent", "--help")).contains("--controller=HOST:PORT");
        assertThat(container.run("/opt/muster/bin/muster", "version")).contains("muster");
    }

    @Test
    void aControllerServesInIt() throws Exception {
        Process controller = container
                .command(List.of(
                        "/opt/muster/bin/muster-controller",
                        "--data=/var/lib/muster/state",
                        "--port=0",
                        "--http-port=0",
                        "--ready-file=/tmp/ready"))
                .redirectOutput(directory.resolve("controller.log").toFile())
                .start();
        try {
            Path ready = root.resolve("tmp/ready");
            await().atMost(Duration.ofSeconds(60)).until(() -> Files.exists(ready) || !controller.isAlive());
            assertThat(ready)
                    .as("%s", Files.readString(directory.resolve("controller.log")))
                    .exists();
            Map<String, String> ports = new LinkedHashMap<>();
            for (String line : Files.readAllLines(ready)) {
                ports.put(line.substring(0, line.indexOf('=')), line.substring(line.indexOf('=') + 1));
            }

            HttpResponse<String> answer = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + ports.get("http") + "/readyz"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(answer.body()).isEqualTo("leads; the loop turns\n");
            assertThat(container.run("/opt/muster/bin/muster", "list", "--server", "127.0.0.1:" + ports.get("grpc")))
                    .isNotNull();
        } finally {
            // The namespaces' keeper does not hand a signal on, and its own end does not reach who changed the user.
            List<ProcessHandle> inside = controller.descendants().toList();
            inside.forEach(ProcessHandle::destroy);
            controller.waitFor(20, TimeUnit.SECONDS);
            inside.forEach(ProcessHandle::destroyForcibly);
            controller.destroyForcibly();
        }
    }

    /** Else the image would be somebody's choice of a hundred programs that nobody looks after. */
    @Test
    void fromScratchItHoldsOnlyWhatItsProgramsName() throws IOException {
        assumeTrue(System.getProperty("muster.image.base").equals("scratch"));
        try (var programs = Files.list(root.resolve("usr/bin"))) {
            assertThat(programs.map(program -> program.getFileName().toString()))
                    .containsExactlyInAnyOrder("bash", "env", "grep", "setsid", "sh", "sleep");
        }
    }
}
