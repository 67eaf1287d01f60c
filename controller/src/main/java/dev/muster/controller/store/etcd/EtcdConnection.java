package dev.muster.controller.store.etcd;

import dev.muster.controller.store.KeySpace;
import dev.muster.controller.store.StoreException;
import dev.muster.security.PrivateKeyFile;
import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.ClientBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection to one member, and to another once that one does not answer.
 *
 * <p>A member that was stopped keeps its connections open, and a broken connection is tried again at ever longer
 * intervals. So whoever waited in vain replaces the client, with the next member first: the next request finds a member
 * that lives.
 */
final class EtcdConnection implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EtcdConnection.class);
    /** Not below what etcd allows its clients by default, 5 s. */
    private static final Duration KEEPALIVE = Duration.ofSeconds(6);

    private static final Duration KEEPALIVE_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(1);
    static final int MAX_REPLY_BYTES = 64 << 20;

    private final EtcdSettings settings;
    private final List<String> endpoints;
    private volatile Client client;
    /** Before anybody has answered, whoever opens the store says what is wrong. */
    private volatile boolean hasAnswered;

    private boolean closed;

    private EtcdConnection(EtcdSettings settings) {
        this.settings = settings;
        endpoints = new ArrayList<>(settings.endpoints());
        client = build(settings, endpoints, true);
    }

    /** Connects to nobody yet. */
    static EtcdConnection to(EtcdSettings settings) {
        return new EtcdConnection(settings);
    }

    /** @param patient whether requests wait for a connection, or fail with the reason why there is none */
    private static Client build(EtcdSettings settings, List<String> endpoints, boolean patient) {
        ClientBuilder builder = Client.builder()
                .target("ip:///" + String.join(",", endpoints))
                .loadBalancerPolicy("pick_first")
                .maxInboundMessageSize(MAX_REPLY_BYTES)
                .connectTimeout(CONNECT_TIMEOUT)
                .keepaliveTime(KEEPALIVE)
                .keepaliveTimeout(KEEPALIVE_TIMEOUT)
                .keepaliveWithoutCalls(true)
                .waitForReady(patient)
                // A request that may have been done already must not be sent again behind the caller's back.
                .retryMaxAttempts(1);
        settings.credentials()
                .ifPresent(whose -> builder.user(utf8(whose.user())).password(utf8(whose.password())));
        settings.tls().ifPresent(files -> secure(builder, files));
        return builder.build();
    }

    /** For somebody who waited in vain: why there is no connection, as far as can be told. */
    static Optional<Throwable> whyUnreachable(EtcdSettings settings) {
        Client impatient = build(settings, settings.endpoints(), false);
        try {
            var unused = impatient
                    .getKVClient()
                    .get(Texts.bytes(KeySpace.ROOT))
                    .get(settings.requestTimeout().toMillis(), TimeUnit.MILLISECONDS);
            return Optional.empty();
        } catch (ExecutionException failure) {
            return Optional.of(failure);
        } catch (TimeoutException connectedButSilent) {
            return Optional.empty();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } finally {
            impatient.close();
        }
    }

    private static ByteSequence utf8(String text) {
        return ByteSequence.from(text, StandardCharsets.UTF_8);
    }

    private static void secure(ClientBuilder builder, EtcdSettings.Tls files) {
        try (InputStream certificate = open(files.identity().map(EtcdSettings.Identity::certificate));
                InputStream key = files.identity().isEmpty()
                        ? InputStream.nullInputStream()
                        : PrivateKeyFile.open(files.identity().get().key())) {
            builder.sslContext(context -> {
                files.authority().map(Path::toFile).ifPresent(context::trustManager);
                if (files.identity().isPresent()) {
                    context.keyManager(certificate, key);
                }
            });
        } catch (IOException | IllegalArgumentException unusable) {
            throw new StoreException.Refused(
                    "the TLS files for etcd cannot be used (" + Failures.reason(unusable)
                            + "); check --etcd-ca, --etcd-cert and --etcd-key, a key must be in PKCS#8 or be an RSA key",
                    unusable);
        }
    }

    private static InputStream open(Optional<Path> file) throws IOException {
        return file.isEmpty() ? InputStream.nullInputStream() : Files.newInputStream(file.get());
    }

    Client client() {
        return client;
    }

    /** Asks and waits, within the time that one request has. */
    <T> T ask(Function<Client, CompletableFuture<T>> question) throws ExecutionException {
        return ask(question, settings.requestTimeout());
    }

    <T> T ask(Function<Client, CompletableFuture<T>> question, Duration timeout) throws ExecutionException {
        Client asked = client;
        CompletableFuture<T> answer;
        try {
            answer = question.apply(asked);
        } catch (RuntimeException refused) {
            throw new ExecutionException(refused);
        }
        try {
            T answered = answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            hasAnswered = true;
            return answered;
        } catch (TimeoutException unanswered) {
            replace(asked);
            throw Failures.unanswered(settings.name(), timeout);
        } catch (InterruptedException interrupted) {
            // Only the store ends its threads, and it does not interrupt them.
            throw new ExecutionException(interrupted);
        }
    }

    /**
     * Gives up a client whose member does not answer, unless somebody else did. What is under way with it keeps its time:
     * the member may only be slow.
     */
    private synchronized void replace(Client silent) {
        if (closed || client != silent) {
            return;
        }
        Collections.rotate(endpoints, -1);
        if (hasAnswered) {
            LOG.warn("{} does not answer; connecting again, to {} first", settings.name(), endpoints.get(0));
        }
        client = build(settings, endpoints, true);
        CompletableFuture.delayedExecutor(settings.requestTimeout().toMillis(), TimeUnit.MILLISECONDS)
                .execute(silent::close);
    }

    @Override
    public synchronized void close() {
        closed = true;
        client.close();
    }
}
