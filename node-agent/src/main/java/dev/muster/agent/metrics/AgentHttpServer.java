package dev.muster.agent.metrics;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.prometheus.client.exporter.HTTPServer.HTTPMetricHandler;
import java.io.IOException;
import java.io.OutputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;

/** Serves {@code /metrics}, {@code /healthz} and {@code /readyz}. */
public final class AgentHttpServer implements AutoCloseable {
    private static final int BACKLOG = 16;
    private static final int THREADS = 2;
    private static final int OK = 200;
    private static final int NOT_FOUND = 404;
    private static final int UNAVAILABLE = 503;

    private final HttpServer server;
    private final ExecutorService executor;

    private AgentHttpServer(HttpServer server, ExecutorService executor) {
        this.server = server;
        this.executor = executor;
    }

    /**
     * Begins to serve.
     *
     * @param port 0: a free one
     * @param ready whether the agent is registered
     * @throws IOException with one line for people, when the address cannot be bound
     */
    public static AgentHttpServer start(
            String bindAddress, int port, PrometheusAgentMetrics metrics, BooleanSupplier ready) throws IOException {
        HttpServer server;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getByName(bindAddress), port), BACKLOG);
        } catch (UnknownHostException e) {
            throw new IOException("HTTP address " + bindAddress + " is unknown; choose another with --http-bind", e);
        } catch (BindException e) {
            throw new IOException(
                    "HTTP port " + port + " on " + bindAddress + " cannot be bound (" + e.getMessage()
                            + "); choose another with --http-port",
                    e);
        }
        ExecutorService executor = Executors.newFixedThreadPool(THREADS, task -> {
            Thread thread = new Thread(task, "http");
            thread.setDaemon(true);
            return thread;
        });
        server.setExecutor(executor);
        server.createContext("/", exchange -> answer(exchange, NOT_FOUND, "try /metrics, /healthz or /readyz\n"));
        server.createContext("/metrics", new HTTPMetricHandler(metrics.registry()));
        server.createContext("/healthz", exchange -> answer(exchange, OK, "ok\n"));
        server.createContext(
                "/readyz",
                exchange -> answer(
                        exchange,
                        ready.getAsBoolean() ? OK : UNAVAILABLE,
                        ready.getAsBoolean() ? "registered\n" : "not registered with a controller\n"));
        server.start();
        return new AgentHttpServer(server, executor);
    }

    public int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        executor.shutdownNow();
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
        exchange.sendResponseHeaders(status, body.length);
        try (OutputStream output = exchange.getResponseBody()) {
            output.write(body);
        }
    }
}
