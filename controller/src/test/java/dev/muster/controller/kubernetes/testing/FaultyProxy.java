package dev.muster.controller.kubernetes.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Stands in front of an API server and gives other answers than it would: a status, silence, a delay, a closed connection.
 * Watches are cut as well. What no fault is planned for goes through.
 */
public final class FaultyProxy implements AutoCloseable {

    private static final int CHUNK = 8_192;
    /** What belongs to one connection and not to what is carried over it. */
    private static final Set<String> OF_THE_CONNECTION =
            Set.of("host", "connection", "content-length", "transfer-encoding", "upgrade", "expect", "http2-settings");

    /** A request as faults are chosen by it. */
    public record Call(String method, URI uri) {
        public String path() {
            return uri.getPath();
        }

        public boolean isWatch() {
            return Optional.ofNullable(uri.getQuery()).orElse("").contains("watch=true");
        }

        public boolean isWrite() {
            return !method.equals("GET");
        }
    }

    /**
     * What happens instead.
     *
     * @param status the answer's; 0: the connection is closed without one
     * @param reaches whether the server hears the request all the same
     */
    public record Fault(int status, Map<String, String> headers, Duration delay, boolean reaches) {

        /** The server hears nothing, the caller this status. */
        public static Fault status(int status) {
            return new Fault(status, Map.of(), Duration.ZERO, false);
        }

        public static Fault tooManyRequests(int retryAfterSeconds) {
            return new Fault(429, Map.of("Retry-After", Integer.toString(retryAfterSeconds)), Duration.ZERO, false);
        }

        /** The server does what it was asked; the caller is told 500. */
        public static Fault lostAnswer() {
            return new Fault(500, Map.of(), Duration.ZERO, true);
        }

        /** The connection ends; the server hears nothing. */
        public static Fault hangUp() {
            return new Fault(0, Map.of(), Duration.ZERO, false);
        }

        /** The server's own answer, later. */
        public static Fault slow(Duration delay) {
            return new Fault(-1, Map.of(), delay, true);
        }
    }

    /** A fault that waits for its calls. */
    private static final class Plan {
        private final Predicate<Call> chosen;
        private final Fault fault;
        private int left;

        private Plan(Predicate<Call> chosen, Fault fault, int left) {
            this.chosen = chosen;
            this.fault = fault;
            this.left = left;
        }
    }

    private final String target;
    private final HttpServer server;
    private final HttpClient client;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "faulty-proxy");
        thread.setDaemon(true);
        return thread;
    });
    private final CountDownLatch closed = new CountDownLatch(1);
    private final List<Plan> plans = new ArrayList<>();
    private final List<Call> calls = new ArrayList<>();
    private final Set<HttpExchange> watches = ConcurrentHashMap.newKeySet();
    private volatile boolean down;

    private FaultyProxy(String target, HttpServer server) {
        this.target = target;
        this.server = server;
        this.client = HttpClient.newBuilder()
                .sslContext(trusting())
                .version(HttpClient.Version.HTTP_1_1)
                .executor(threads)
                .build();
    }

    public static FaultyProxy before(ApiServerProcess apiServer) {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 256);
            FaultyProxy proxy = new FaultyProxy("https://127.0.0.1:" + apiServer.port(), server);
            server.setExecutor(proxy.threads);
            server.createContext("/", proxy::carry);
            server.start();
            return proxy;
        } catch (IOException failure) {
            throw new AssertionError(failure);
        }
    }

    /** For {@link ApiServerProcess#config(String)}. */
    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** From now on, the next so many calls that are chosen have this fault. Earlier plans come first. */
    public synchronized void plan(Predicate<Call> chosen, Fault fault, int times) {
        plans.add(new Plan(chosen, fault, times));
    }

    /** How many planned faults have not happened. */
    public synchronized int left() {
        return plans.stream().mapToInt(plan -> plan.left).sum();
    }

    public synchronized void forgetPlans() {
        plans.clear();
    }

    /** Every call so far, those with faults too. */
    public synchronized List<Call> calls() {
        return List.copyOf(calls);
    }

    /** Every open watch ends, and each new call is hung up on until {@link #up()}. */
    public void down() {
        down = true;
        cutWatches();
    }

    public void up() {
        down = false;
    }

    /** Every open watch ends in the middle of its stream. */
    public void cutWatches() {
        watches.forEach(HttpExchange::close);
    }

    private synchronized Optional<Fault> faultOf(Call call) {
        calls.add(call);
        for (Iterator<Plan> each = plans.iterator(); each.hasNext(); ) {
            Plan plan = each.next();
            if (plan.chosen.test(call)) {
                plan.left--;
                if (plan.left == 0) {
                    each.remove();
                }
                return Optional.of(plan.fault);
            }
        }
        return Optional.empty();
    }

    private void carry(HttpExchange exchange) throws IOException {
        try (exchange) {
            Call call = new Call(exchange.getRequestMethod(), exchange.getRequestURI());
            Optional<Fault> fault = down ? Optional.of(Fault.hangUp()) : faultOf(call);
            byte[] body = exchange.getRequestBody().readAllBytes();
            if (fault.isPresent() && !fault.get().delay().isZero()) {
                wait(fault.get().delay());
            }
            if (fault.isEmpty() && isUpgrade(exchange)) {
                exchange.sendResponseHeaders(200, -1); // the client then watches over plain HTTP
                return;
            }
            if (fault.isEmpty() || fault.get().reaches()) {
                HttpResponse<InputStream> answer =
                        client.send(request(exchange, call, body), BodyHandlers.ofInputStream());
                try (InputStream stream = answer.body()) {
                    if (fault.isEmpty() || fault.get().status() < 0) {
                        pass(exchange, call, answer, stream);
                        return;
                    }
                }
            }
            refuse(exchange, fault.orElseThrow());
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        } finally {
            watches.remove(exchange);
        }
    }

    private static boolean isUpgrade(HttpExchange exchange) {
        return exchange.getRequestHeaders().containsKey("Sec-WebSocket-Key");
    }

    private void wait(Duration delay) throws InterruptedException {
        if (closed.await(delay.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new InterruptedException("closed");
        }
    }

    private HttpRequest request(HttpExchange exchange, Call call, byte[] body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(target + call.uri()))
                .method(call.method(), body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
        exchange.getRequestHeaders().forEach((name, values) -> {
            if (!OF_THE_CONNECTION.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(value -> request.header(name, value));
            }
        });
        return request.build();
    }

    private void pass(HttpExchange exchange, Call call, HttpResponse<InputStream> answer, InputStream stream)
            throws IOException {
        if (call.isWatch()) {
            watches.add(exchange);
        }
        answer.headers().map().forEach((name, values) -> {
            if (!OF_THE_CONNECTION.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(value -> exchange.getResponseHeaders().add(name, value));
            }
        });
        exchange.sendResponseHeaders(answer.statusCode(), 0);
        OutputStream out = exchange.getResponseBody();
        byte[] chunk = new byte[CHUNK];
        for (int count = stream.read(chunk); count >= 0; count = stream.read(chunk)) {
            out.write(chunk, 0, count);
            out.flush();
        }
        out.close();
    }

    private static void refuse(HttpExchange exchange, Fault fault) throws IOException {
        if (fault.status() <= 0) {
            return; // closing the exchange closes the connection
        }
        fault.headers().forEach((name, value) -> exchange.getResponseHeaders().add(name, value));
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        byte[] status =
                ("{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Failure\",\"message\":\"injected\",\"code\":"
                                + fault.status() + "}")
                        .getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(fault.status(), status.length);
        exchange.getResponseBody().write(status);
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    private static SSLContext trusting() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new X509ExtendedTrustManager[] {new TrustsAll()}, new SecureRandom());
            return context;
        } catch (GeneralSecurityException impossible) {
            throw new AssertionError(impossible);
        }
    }

    /** The test's API server made its certificate itself. */
    private static final class TrustsAll extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
