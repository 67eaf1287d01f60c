package dev.muster.controller.grpc;

import dev.muster.controller.operations.Refusal;
import dev.muster.proto.v1.FleetServiceGrpc;
import dev.muster.proto.v1.JobServiceGrpc;
import dev.muster.security.HandshakeFailure;
import dev.muster.security.TlsClient;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets a controller that follows answer questions: it asks the leader on the caller's behalf and passes the answer on, bytes as they
 * are. So every controller answers alike, also through an address that several share. Changes and streams are not carried over: they
 * are refused with the leader's address.
 */
final class LeaderRelay implements ServerInterceptor, AutoCloseable {

    private static final Set<MethodDescriptor<?, ?>> QUESTIONS = Set.of(
            JobServiceGrpc.getDryRunMethod(),
            JobServiceGrpc.getListMethod(),
            JobServiceGrpc.getGetMethod(),
            JobServiceGrpc.getExplainMethod(),
            JobServiceGrpc.getEventsMethod(),
            JobServiceGrpc.getGoodputMethod(),
            FleetServiceGrpc.getListNodesMethod(),
            FleetServiceGrpc.getGetNodeMethod(),
            FleetServiceGrpc.getListQueuesMethod(),
            FleetServiceGrpc.getGetTopologyMethod(),
            FleetServiceGrpc.getGetClusterMethod());

    /** Carried over once: of two controllers that each believe the other leads, the second refuses. */
    private static final Metadata.Key<String> CARRIED_OVER =
            Metadata.Key.of("muster-carried-over", Metadata.ASCII_STRING_MARSHALLER);

    private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(30);
    private static final int LARGEST_ANSWER_BYTES = 64 << 20;

    private final Supplier<Optional<String>> leader;
    private final Optional<ServerTls> tls;
    private @Nullable Line line;
    private boolean closed;

    /** A connection to one leader. */
    private record Line(String address, ManagedChannel channel) {}

    /**
     * @param leader where the leader is; empty while this controller leads, or knows of none
     * @param tls how controllers speak to each other; empty: in plain text
     */
    LeaderRelay(Supplier<Optional<String>> leader, Optional<ServerTls> tls) {
        this.leader = leader;
        this.tls = tls;
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        Optional<String> address = leader.get();
        if (address.isEmpty() || headers.containsKey(CARRIED_OVER) || !QUESTIONS.contains(call.getMethodDescriptor())) {
            return next.startCall(call, headers);
        }
        return ask(call, channelTo(address.get()), address.get());
    }

    private synchronized ManagedChannel channelTo(String address) {
        if (closed) {
            throw new Refusal(Refusal.Kind.UNAVAILABLE, "the controller is stopping; try again soon");
        }
        Line present = line;
        if (present == null || !present.address().equals(address)) {
            if (present != null) {
                present.channel().shutdown();
            }
            present = new Line(address, open(address));
            line = present;
        }
        return present.channel();
    }

    private ManagedChannel open(String address) {
        NettyChannelBuilder builder = NettyChannelBuilder.forTarget("dns:///" + address)
                .directExecutor()
                .maxInboundMessageSize(LARGEST_ANSWER_BYTES)
                .disableRetry();
        if (tls.isEmpty()) {
            return builder.usePlaintext().build();
        }
        tls.get().peer().serverName().ifPresent(builder::overrideAuthority);
        return builder.sslContext(tls.get().forPeers()).build();
    }

    private <Q, A> ServerCall.Listener<Q> ask(ServerCall<Q, A> call, ManagedChannel channel, String address) {
        ClientCall<Q, A> question = channel.newCall(
                call.getMethodDescriptor(),
                CallOptions.DEFAULT.withDeadlineAfter(ANSWERS_WITHIN.toMillis(), TimeUnit.MILLISECONDS));
        Metadata headers = new Metadata();
        headers.put(CARRIED_OVER, "1");
        question.start(new Answer<>(call, address, tls.map(ServerTls::peer)), headers);
        // One message each way; a second one would be a mistake that gRPC reports.
        question.request(2);
        call.request(2);
        return new ServerCall.Listener<>() {
            @Override
            public void onMessage(Q message) {
                question.sendMessage(message);
            }

            @Override
            public void onHalfClose() {
                question.halfClose();
            }

            @Override
            public void onCancel() {
                question.cancel("the caller has gone", null);
            }
        };
    }

    /** What the leader says, on its way to the caller. */
    private static final class Answer<A> extends ClientCall.Listener<A> {
        private final ServerCall<?, A> caller;
        private final String address;
        private final Optional<TlsClient> tls;

        Answer(ServerCall<?, A> caller, String address, Optional<TlsClient> tls) {
            this.caller = caller;
            this.address = address;
            this.tls = tls;
        }

        @Override
        public void onMessage(A message) {
            caller.sendHeaders(new Metadata());
            caller.sendMessage(message);
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            if (caller.isCancelled()) {
                return;
            }
            boolean away = status.getCode() == Status.Code.UNAVAILABLE;
            caller.close(
                    away
                            ? Failures.statusOf(Refusal.notLeading(Optional.empty()))
                                    .withDescription("the leader at " + address + " does not answer; " + why(status))
                            : status,
                    new Metadata());
        }

        private String why(Status status) {
            return tls.flatMap(client -> HandshakeFailure.explain(status.getCause(), client))
                    .orElse("try again in a second");
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (line != null) {
            line.channel().shutdownNow();
        }
    }
}
