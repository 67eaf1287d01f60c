package dev.muster.agent.session;

import dev.muster.proto.v1.AgentMessage;
import dev.muster.proto.v1.AgentServiceGrpc;
import dev.muster.proto.v1.ControllerMessage;
import dev.muster.security.HandshakeFailure;
import dev.muster.security.TlsClient;
import dev.muster.security.TlsMaterial;
import io.grpc.ChannelCredentials;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.TlsChannelCredentials;
import io.grpc.okhttp.OkHttpChannelBuilder;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One connection to a controller with its stream. Calls its listener on the given executor. A new one is made for each
 * attempt, so that no state of an old connection, such as its own waiting times, gets into the next. Safe for use from
 * several threads.
 */
final class Link {
    /** Hears the stream; never again after it has heard of its end. */
    interface Listener {
        void received(Link link, ControllerMessage message);

        void ready(Link link);

        void ended(Link link, String reason);
    }

    private static final int MAX_MESSAGE_BYTES = 4 << 20;
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(20);
    private static final Duration KEEP_ALIVE_LIMIT = Duration.ofSeconds(5);

    private final ControllerAddress address;
    private final Optional<TlsClient> tls;
    private final ManagedChannel channel;
    private final Listener listener;
    private @Nullable ClientCallStreamObserver<AgentMessage> requests;
    private boolean closed;

    private Link(ControllerAddress address, Optional<TlsClient> tls, ManagedChannel channel, Listener listener) {
        this.address = address;
        this.tls = tls;
        this.channel = channel;
        this.listener = listener;
    }

    /** Begins to connect; the first message can be sent at once. */
    static Link open(ControllerAddress address, Optional<TlsClient> tls, Executor executor, Listener listener) {
        OkHttpChannelBuilder builder =
                OkHttpChannelBuilder.forAddress(address.host(), address.port(), credentials(tls));
        tls.flatMap(TlsClient::serverName).ifPresent(builder::overrideAuthority);
        ManagedChannel channel = builder.executor(executor)
                .keepAliveTime(KEEP_ALIVE.toSeconds(), TimeUnit.SECONDS)
                .keepAliveTimeout(KEEP_ALIVE_LIMIT.toSeconds(), TimeUnit.SECONDS)
                .maxInboundMessageSize(MAX_MESSAGE_BYTES)
                .disableRetry()
                .build();
        Link link = new Link(address, tls, channel, listener);
        AgentServiceGrpc.newStub(channel).connect(link.new Answers());
        return link;
    }

    private static ChannelCredentials credentials(Optional<TlsClient> tls) {
        if (tls.isEmpty()) {
            return InsecureChannelCredentials.create();
        }
        TlsMaterial material = tls.get().material();
        TlsChannelCredentials.Builder builder = TlsChannelCredentials.newBuilder();
        material.identity().ifPresent(builder::keyManager);
        material.authority().ifPresent(builder::trustManager);
        return builder.build();
    }

    ControllerAddress address() {
        return address;
    }

    /** Sends, unless the link has been closed: then the message is lost like one on the wire. */
    synchronized void send(AgentMessage message) {
        if (requests != null && !closed) {
            requests.onNext(message);
        }
    }

    /** Whether what was sent is on its way, so that more can be sent without piling up in memory. */
    synchronized boolean isReady() {
        return requests != null && !closed && requests.isReady();
    }

    /** Says goodbye: the controller gets everything that was sent, then the end of the stream. */
    synchronized void finish() {
        if (requests != null && !closed) {
            requests.onCompleted();
            closed = true;
        }
    }

    /** Cuts the connection. */
    synchronized void close() {
        closed = true;
        channel.shutdownNow();
    }

    private synchronized void begin(ClientCallStreamObserver<AgentMessage> stream) {
        requests = stream;
        stream.setOnReadyHandler(() -> listener.ready(this));
    }

    private final class Answers implements ClientResponseObserver<AgentMessage, ControllerMessage> {
        @Override
        public void beforeStart(ClientCallStreamObserver<AgentMessage> stream) {
            begin(stream);
        }

        @Override
        public void onNext(ControllerMessage message) {
            listener.received(Link.this, message);
        }

        @Override
        public void onError(Throwable failure) {
            Status status = Status.fromThrowable(failure);
            String detail = status.getDescription() == null ? "" : ": " + status.getDescription();
            listener.ended(
                    Link.this,
                    tls.flatMap(client -> HandshakeFailure.explain(failure, client))
                            .orElse(status.getCode() + detail));
        }

        @Override
        public void onCompleted() {
            listener.ended(Link.this, "the controller ended the stream");
        }
    }
}
