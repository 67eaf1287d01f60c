package dev.muster.controller.kubernetes.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** The part of a kubelet that the API server asks for a container's output: {@code GET /containerLogs/NAMESPACE/POD/CONTAINER}. */
final class KubeletLogServer implements AutoCloseable {

    private static final char[] PASSWORD = "changeit".toCharArray();

    private final HttpsServer server;
    private final ExecutorService threads;
    private final Map<String, Output> outputs = new ConcurrentHashMap<>();

    /** What a container has written; followers wait on it. */
    private static final class Output {
        private final StringBuilder text = new StringBuilder();
        private boolean closed;

        private synchronized void append(String more) {
            text.append(more);
            notifyAll();
        }

        private synchronized void close() {
            closed = true;
            notifyAll();
        }

        /** What follows after that many characters, waiting for it; empty at the end. */
        private synchronized String after(int written, boolean follow) throws InterruptedException {
            while (follow && !closed && text.length() == written) {
                wait();
            }
            return text.substring(written);
        }

        private synchronized int startOfTail(int lines) {
            int at = text.length();
            for (int i = 0; i <= lines && at > 0; i++) {
                at = text.lastIndexOf("\n", at - 1);
            }
            return at <= 0 ? 0 : at + 1;
        }
    }

    private KubeletLogServer(HttpsServer server, ExecutorService threads) {
        this.server = server;
        this.threads = threads;
    }

    static KubeletLogServer start() {
        try {
            HttpsServer https = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            https.setHttpsConfigurator(new HttpsConfigurator(selfSigned()));
            ExecutorService threads = Executors.newCachedThreadPool(task -> {
                Thread thread = new Thread(task, "test-kubelet-logs");
                thread.setDaemon(true);
                return thread;
            });
            KubeletLogServer server = new KubeletLogServer(https, threads);
            https.createContext("/containerLogs/", server::answer);
            https.setExecutor(threads);
            https.start();
            return server;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** The API server does not check it. */
    private static SSLContext selfSigned() throws IOException {
        Path folder = Files.createTempDirectory("muster-kubelet");
        Path file = folder.resolve("keys.p12");
        try {
            Process keytool = new ProcessBuilder(List.of(
                            Path.of(System.getProperty("java.home"), "bin", "keytool")
                                    .toString(),
                            "-genkeypair",
                            "-alias",
                            "kubelet",
                            "-keyalg",
                            "EC",
                            "-dname",
                            "CN=kubelet",
                            "-storetype",
                            "PKCS12",
                            "-keystore",
                            file.toString(),
                            "-storepass",
                            new String(PASSWORD)))
                    .redirectErrorStream(true)
                    .start();
            String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (keytool.waitFor() != 0) {
                throw new AssertionError("keytool failed: " + said);
            }
            KeyStore keys = KeyStore.getInstance("PKCS12");
            try (InputStream in = Files.newInputStream(file)) {
                keys.load(in, PASSWORD);
            }
            KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            managers.init(keys, PASSWORD);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(managers.getKeyManagers(), null, null);
            return context;
        } catch (GeneralSecurityException failure) {
            throw new AssertionError(failure);
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        } finally {
            Files.deleteIfExists(file);
            Files.deleteIfExists(folder);
        }
    }

    int port() {
        return server.getAddress().getPort();
    }

    void append(String namespace, String pod, String text) {
        output(namespace + "/" + pod).append(text);
    }

    private Output output(String pod) {
        return outputs.computeIfAbsent(pod, name -> new Output());
    }

    private void answer(HttpExchange exchange) throws IOException {
        String[] path = exchange.getRequestURI().getPath().split("/", -1);
        Output output = output(path[2] + "/" + path[3]);
        List<String> query =
                List.of(String.valueOf(exchange.getRequestURI().getQuery()).split("&", -1));
        boolean follow = query.contains("follow=true");
        int written = query.stream()
                .filter(part -> part.startsWith("tailLines="))
                .map(part -> output.startOfTail(Integer.parseInt(part.substring("tailLines=".length()))))
                .findFirst()
                .orElse(0);
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream body = exchange.getResponseBody()) {
            String next = output.after(written, false);
            while (!next.isEmpty() || follow) {
                body.write(next.getBytes(StandardCharsets.UTF_8));
                body.flush();
                written += next.length();
                next = output.after(written, follow);
                if (next.isEmpty()) {
                    return;
                }
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        outputs.values().forEach(Output::close);
        server.stop(0);
        threads.shutdownNow();
    }
}
