package dev.muster.controller.grpc;

import dev.muster.controller.codec.AgentCommandCodec;
import dev.muster.controller.codec.AgentMessageCodec;
import dev.muster.controller.codec.Problems;
import dev.muster.controller.session.AgentCommand;
import dev.muster.controller.session.AgentGateway;
import dev.muster.controller.session.AgentMessage;
import dev.muster.controller.session.AgentMessage.Registration;
import dev.muster.proto.v1.ControllerMessage;
import io.grpc.Status;
import io.grpc.SynchronizationContext;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One agent's stream. The core meets it at its first message, a registration; until then it costs the core nothing.
 * Messages come on the transport's thread and an end may come on any; {@code inbound} puts them in one order without
 * ever making a thread wait, so that nothing follows the end.
 */
final class AgentStream implements StreamObserver<dev.muster.proto.v1.AgentMessage>, AgentGateway.Outbox {

    private final AgentGateway gateway;
    private final OpenStreams streams;
    private final ScheduledExecutorService timer;
    private final AgentGrpcService.Patience patience;
    private final String peer;
    private final BoundedQueue<ControllerMessage> waiting;
    private final PacedStream<ControllerMessage> outbound;
    private final SynchronizationContext inbound;
    private AgentGateway.@Nullable Inbox inbox;
    private volatile @Nullable Future<?> registrationDeadline;
    private volatile @Nullable Future<?> closingDeadline;

    AgentStream(
            AgentGateway gateway,
            Failures failures,
            OpenStreams streams,
            ScheduledExecutorService timer,
            AgentGrpcService.Patience patience,
            ServerCallStreamObserver<ControllerMessage> toAgent,
            String peer) {
        this.gateway = gateway;
        this.streams = streams;
        this.timer = timer;
        this.patience = patience;
        this.peer = peer;
        this.waiting = new BoundedQueue<>(patience.maxWaiting(), patience.maxWaitingBytes());
        this.outbound = new PacedStream<>(toAgent, waiting, this::ended, Runnable::run);
        this.inbound = new SynchronizationContext((thread, failure) -> fail(failures.statusOf(failure)));
    }

    void open() {
        outbound.open();
        long seconds = patience.registerWithin().toSeconds();
        registrationDeadline = schedule(
                patience.registerWithin().toMillis(),
                Status.DEADLINE_EXCEEDED.withDescription("no Register came within " + seconds + " s"));
        streams.add(outbound);
    }

    @Override
    public void onNext(dev.muster.proto.v1.AgentMessage wire) {
        if (outbound.isClosed()) {
            return;
        }
        Problems problems = new Problems();
        Optional<AgentMessage> message = AgentMessageCodec.read(wire, problems);
        if (!problems.none()) {
            fail(Status.INVALID_ARGUMENT.withDescription(Failures.oneLine(problems.summary())));
            return;
        }
        message.ifPresent(sound -> inbound.execute(() -> deliver(sound)));
    }

    private void deliver(AgentMessage message) {
        if (outbound.isClosed()) {
            return;
        }
        AgentGateway.Inbox known = inbox;
        boolean registers = message instanceof Registration;
        if (registers && known == null) {
            cancel(registrationDeadline);
            AgentGateway.Inbox connected = gateway.connect(this);
            inbox = connected;
            connected.on(message);
        } else if (registers) {
            fail(Status.FAILED_PRECONDITION.withDescription("this stream is registered already; open another one"));
        } else if (known == null) {
            fail(Status.FAILED_PRECONDITION.withDescription("the first message of an agent must be Register, not "
                    + message.getClass().getSimpleName()));
        } else {
            known.on(message);
        }
    }

    @Override
    public void onError(Throwable failure) {
        outbound.fail(Status.CANCELLED.withDescription("the connection closed"));
    }

    @Override
    public void onCompleted() {
        outbound.finish("the agent ended the stream");
    }

    @Override
    public void send(AgentCommand command) {
        if (outbound.isClosed()) {
            return;
        }
        if (waiting.offer(PacedStream.Outgoing.of(AgentCommandCodec.write(command)))) {
            outbound.wake();
        } else {
            fail(Status.RESOURCE_EXHAUSTED.withDescription("the agent does not read: " + waiting.describe()));
        }
    }

    @Override
    public void close() {
        outbound.finish("the controller ended the stream");
        if (!outbound.isClosed()) {
            closingDeadline = schedule(
                    patience.closeWithin().toMillis(),
                    Status.UNAVAILABLE.withDescription("the controller ended the stream"));
        }
    }

    @Override
    public String peer() {
        return peer;
    }

    private void fail(Status status) {
        outbound.fail(status);
    }

    private @Nullable Future<?> schedule(long millis, Status status) {
        try {
            return timer.schedule(() -> outbound.fail(status), millis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            // The server stops, and ends every stream itself.
            return null;
        }
    }

    private static void cancel(@Nullable Future<?> deadline) {
        if (deadline != null) {
            deadline.cancel(false);
        }
    }

    private void ended(String why) {
        streams.remove(outbound);
        cancel(registrationDeadline);
        cancel(closingDeadline);
        inbound.execute(() -> {
            AgentGateway.Inbox known = inbox;
            if (known != null) {
                known.closed(why);
            }
        });
    }
}
