package dev.muster.controller.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.GZIPInputStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The endpoints over real HTTP. */
@Timeout(90)
class ObservationServerTest {

    static {
        // Shorter than the default, so that the test of slow clients does not take as long as they may.
        System.setProperty("sun.net.httpserver.maxReqTime", "2");
    }

    private final AtomicReference<Probe> health = new AtomicReference<>(Probe.ok("alive"));
    private final AtomicReference<Probe> readiness = new AtomicReference<>(Probe.failing("waits for agents to report"));
    private final PrometheusControllerMetrics metrics = new PrometheusControllerMetrics();
    private final ObservationServer server =
            ObservationServer.start("127.0.0.1", 0, metrics.registry(), health::get, readiness::get);
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();

    ObservationServerTest() throws IOException {}

    @AfterEach
    void stop() {
        server.stop();
    }

    @Test
    void metricsAreInTheTextFormatOfPrometheus() throws Exception {
        metrics.heartbeat();
        HttpResponse<String> response = get("/metrics");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("text/plain; version=0.0.4"));
        assertThat(response.body())
                .contains("# TYPE muster_agent_heartbeats_total counter")
                .contains("\nmuster_agent_heartbeats_total 1.0\n")
                .contains("muster_scheduler_jobs{state=\"running\",} 0.0");
    }

    @Test
    void metricsAreCompressedForAScraperThatTakesIt() throws Exception {
        HttpResponse<byte[]> response = client.send(
                request("/metrics").header("Accept-Encoding", "gzip").build(), HttpResponse.BodyHandlers.ofByteArray());
        try (GZIPInputStream body = new GZIPInputStream(new ByteArrayInputStream(response.body()))) {
            assertThat(new String(body.readAllBytes(), StandardCharsets.UTF_8)).contains("jvm_threads_current");
        }
    }

    @Test
    void readinessSaysWhyNotAndThenThatItIs() throws Exception {
        HttpResponse<String> notYet = get("/readyz");
        assertThat(notYet.statusCode()).isEqualTo(503);
        assertThat(notYet.body()).isEqualTo("waits for agents to report\n");

        readiness.set(Probe.ok("leads"));

        HttpResponse<String> ready = get("/readyz");
        assertThat(ready.statusCode()).isEqualTo(200);
        assertThat(ready.body()).isEqualTo("leads\n");
    }

    @Test
    void healthIsSeparateFromReadiness() throws Exception {
        assertThat(get("/healthz").statusCode()).isEqualTo(200);
        health.set(Probe.failing("the event loop has not turned for 31 s"));
        assertThat(get("/healthz").statusCode()).isEqualTo(503);
        assertThat(get("/healthz").body()).isEqualTo("the event loop has not turned for 31 s\n");
    }

    @Test
    void aCheckThatThrowsIsAFailureWithoutDetails() throws Exception {
        ObservationServer broken = ObservationServer.start(
                "127.0.0.1",
                0,
                metrics.registry(),
                () -> {
                    throw new IllegalStateException("secret");
                },
                readiness::get);
        try {
            HttpResponse<String> response = client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + broken.port() + "/healthz"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(response.statusCode()).isEqualTo(503);
            assertThat(response.body()).doesNotContain("secret");
        } finally {
            broken.stop();
        }
    }

    @Test
    void onlyReadingIsPossibleAndUnknownPathsAreNotFound() throws Exception {
        HttpResponse<String> post = client.send(
                request("/metrics")
                        .POST(HttpRequest.BodyPublishers.ofString("x"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(post.statusCode()).isEqualTo(405);
        assertThat(post.headers().firstValue("Allow")).hasValue("GET, HEAD");
        assertThat(get("/healthzz").statusCode()).isEqualTo(404);
        assertThat(get("/metrics/x").statusCode()).isEqualTo(404);
        assertThat(get("/").body()).contains("/readyz");
        HttpResponse<String> head = client.send(
                request("/readyz")
                        .method("HEAD", HttpRequest.BodyPublishers.noBody())
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(head.statusCode()).isEqualTo(503);
        assertThat(head.body()).isEmpty();
    }

    @Test
    void aPortInUseIsOneClearLine() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = taken.getLocalPort();
            assertThatThrownBy(() ->
                            ObservationServer.start("127.0.0.1", port, metrics.registry(), health::get, readiness::get))
                    .isInstanceOf(BindException.class)
                    .hasMessage("cannot listen for HTTP on 127.0.0.1:" + port
                            + ": the port is in use; stop the program that listens there, or choose another port");
        }
    }

    @Test
    void clientsThatNeverFinishTheirRequestDoNotSilenceTheServerForGood() throws Exception {
        List<Socket> slow = new ArrayList<>();
        try {
            for (int i = 0; i < 40; i++) {
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
                slow.add(socket);
                OutputStream half = socket.getOutputStream();
                half.write("GET /healthz HTTP/1.1\r\nHo".getBytes(StandardCharsets.US_ASCII));
                half.flush();
            }
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .ignoreExceptions()
                    .until(() -> get("/healthz").statusCode() == 200);
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(request(path).build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                .timeout(Duration.ofSeconds(5));
    }
}
