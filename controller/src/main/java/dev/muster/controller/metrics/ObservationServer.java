package dev.muster.controller.metrics;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.exporter.common.TextFormat;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.zip.GZIPOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves {@code /metrics}, {@code /healthz} and {@code /readyz} over HTTP. It has threads of its own, few of them, so
 * that it answers while the event loop is stuck and cannot be made to take the machine.
 */
public final class ObservationServer {

    private static final Logger LOG = LoggerFactory.getLogger(ObservationServer.class);
    private static final int MAX_THREADS = 8;
    private static final int MAX_WAITING = 256;
    private static final int BACKLOG = 64;
    private static final String PLAIN_TEXT = "text/plain; charset=utf-8";

    private final HttpServer server;
    private final ThreadPoolExecutor threads;

    private ObservationServer(HttpServer server, ThreadPoolExecutor threads) {
        this.server = server;
        this.threads = threads;
    }

    /**
     * Starts to listen.
     *
     * @param port 0: any free one
     * @param health whether the process works; asked on a thread of this server, so it must not wait for the loop
     * @param readiness whether it would serve a caller now, and why not
     * @throws BindException with one line that names the address, when it cannot be had
     */
    public static ObservationServer start(
            String bindAddress, int port, CollectorRegistry registry, Supplier<Probe> health, Supplier<Probe> readiness)
            throws IOException {
        limitRequestTime();
        HttpServer server = bind(bindAddress, port);
        AtomicInteger number = new AtomicInteger();
        ThreadPoolExecutor threads = new ThreadPoolExecutor(
                MAX_THREADS, MAX_THREADS, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(MAX_WAITING), task -> {
                    Thread thread = new Thread(task, "http-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
        server.setExecutor(threads);
        server.createContext("/", exchange -> get(exchange, "/", "muster: /metrics /healthz /readyz\n"));
        server.createContext("/metrics", exchange -> metrics(exchange, registry));
        server.createContext("/healthz", exchange -> probe(exchange, "/healthz", health));
        server.createContext("/readyz", exchange -> probe(exchange, "/readyz", readiness));
        server.start();
        return new ObservationServer(server, threads);
    }

    public int port() {
        return server.getAddress().getPort();
    }

    /** Ends at once: a scrape that is cut off comes again. */
    public void stop() {
        server.stop(0);
        threads.shutdownNow();
    }

    /**
     * The JDK's server waits without end for the rest of a request and holds a thread meanwhile; this property, read when
     * its first server is made, is the only way to bound that.
     */
    private static void limitRequestTime() {
        for (String property : new String[] {"sun.net.httpserver.maxReqTime", "sun.net.httpserver.maxRspTime"}) {
            if (System.getProperty(property) == null) {
                System.setProperty(property, "5");
            }
        }
    }

    private static HttpServer bind(String bindAddress, int port) throws IOException {
        try {
            return HttpServer.create(new InetSocketAddress(bindAddress, port), BACKLOG);
        } catch (BindException e) {
            boolean inUse = String.valueOf(e.getMessage()).contains("in use");
            BindException bind = new BindException("cannot listen for HTTP on " + bindAddress + ":" + port + ": "
                    + (inUse
                            ? "the port is in use; stop the program that listens there, or choose another port"
                            : e.getMessage() + "; choose another address or port"));
            bind.initCause(e);
            throw bind;
        }
    }

    private static void metrics(HttpExchange exchange, CollectorRegistry registry) throws IOException {
        if (refused(exchange, "/metrics")) {
            return;
        }
        try (exchange) {
            String accepted = exchange.getRequestHeaders().getFirst("Accept");
            String encodings = String.valueOf(exchange.getRequestHeaders().getFirst("Accept-Encoding"));
            String contentType = TextFormat.chooseContentType(accepted);
            exchange.getResponseHeaders().set("Content-Type", contentType);
            boolean compressed = encodings.contains("gzip");
            if (compressed) {
                exchange.getResponseHeaders().set("Content-Encoding", "gzip");
            }
            if (exchange.getRequestMethod().equals("HEAD")) {
                exchange.sendResponseHeaders(200, -1);
                return;
            }
            exchange.sendResponseHeaders(200, 0);
            OutputStream body =
                    compressed ? new GZIPOutputStream(exchange.getResponseBody()) : exchange.getResponseBody();
            try (Writer writer = new OutputStreamWriter(body, StandardCharsets.UTF_8)) {
                TextFormat.writeFormat(contentType, writer, registry.metricFamilySamples());
            }
        }
    }

    private static void probe(HttpExchange exchange, String path, Supplier<Probe> supplier) throws IOException {
        if (refused(exchange, path)) {
            return;
        }
        Probe probe;
        try {
            probe = supplier.get();
        } catch (RuntimeException e) {
            LOG.error("{} could not be answered", path, e);
            probe = Probe.failing("the check itself failed; the controller's log says more");
        }
        answer(exchange, probe.ok() ? 200 : 503, probe.text() + "\n");
    }

    private static void get(HttpExchange exchange, String path, String text) throws IOException {
        if (!refused(exchange, path)) {
            answer(exchange, 200, text);
        }
    }

    /** Contexts match by prefix, which would make a typing error look like an answer. */
    private static boolean refused(HttpExchange exchange, String path) throws IOException {
        if (!exchange.getRequestURI().getPath().equals(path)) {
            answer(exchange, 404, "not found; there are /metrics, /healthz and /readyz\n");
            return true;
        }
        String method = exchange.getRequestMethod();
        if (!method.equals("GET") && !method.equals("HEAD")) {
            exchange.getResponseHeaders().set("Allow", "GET, HEAD");
            answer(exchange, 405, "only GET and HEAD\n");
            return true;
        }
        return false;
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        try (exchange) {
            byte[] body = text.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", PLAIN_TEXT);
            if (exchange.getRequestMethod().equals("HEAD")) {
                exchange.sendResponseHeaders(status, -1);
                return;
            }
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
        }
    }
}
