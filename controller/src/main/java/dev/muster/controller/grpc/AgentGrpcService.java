package dev.muster.controller.grpc;

import dev.muster.controller.session.AgentGateway;
import dev.muster.proto.v1.AgentMessage;
import dev.muster.proto.v1.AgentServiceGrpc;
import dev.muster.proto.v1.ControllerMessage;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;

/** Streams of agents: each one becomes a connection of the {@link AgentGateway} once it has said who it is. */
final class AgentGrpcService extends AgentServiceGrpc.AgentServiceImplBase {

    /**
     * How patient to be with one agent.
     *
     * @param registerWithin for the first message
     * @param closeWithin for the last messages to leave once the core has closed the stream
     * @param maxWaiting messages for an agent that does not read
     * @param maxWaitingBytes the same in bytes
     */
    record Patience(Duration registerWithin, Duration closeWithin, int maxWaiting, long maxWaitingBytes) {
        static final Patience DEFAULT =
                new Patience(Duration.ofSeconds(10), Duration.ofSeconds(5), 10_000, 16L * 1024 * 1024);
    }

    private final AgentGateway gateway;
    private final Failures failures;
    private final OpenStreams streams;
    private final ScheduledExecutorService timer;
    private final Patience patience;

    AgentGrpcService(
            AgentGateway gateway,
            Failures failures,
            OpenStreams streams,
            ScheduledExecutorService timer,
            Patience patience) {
        this.gateway = gateway;
        this.failures = failures;
        this.streams = streams;
        this.timer = timer;
        this.patience = patience;
    }

    @Override
    public StreamObserver<AgentMessage> connect(StreamObserver<ControllerMessage> toAgent) {
        AgentStream stream = new AgentStream(
                gateway,
                failures,
                streams,
                timer,
                patience,
                (ServerCallStreamObserver<ControllerMessage>) toAgent,
                Peer.current());
        stream.open();
        return stream;
    }
}
