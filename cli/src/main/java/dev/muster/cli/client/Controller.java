package dev.muster.cli.client;

import dev.muster.proto.v1.FleetServiceGrpc;
import dev.muster.proto.v1.FleetServiceGrpc.FleetServiceBlockingStub;
import dev.muster.proto.v1.JobRequest;
import dev.muster.proto.v1.JobServiceGrpc;
import dev.muster.proto.v1.JobServiceGrpc.JobServiceBlockingStub;
import dev.muster.proto.v1.JobUpdate;
import dev.muster.proto.v1.LogLine;
import dev.muster.proto.v1.LogsRequest;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.okhttp.OkHttpChannelBuilder;
import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/** A connection to one controller. Calls answer within the timeout or end with a {@code CommandFailure}. */
public final class Controller implements AutoCloseable {

    /** A topology or a page of a thousand jobs stays far below; more would be a mistake of the other side. */
    private static final int LARGEST_MESSAGE_BYTES = 64 << 20;

    private final ServerAddress server;
    private final Duration timeout;
    private final ManagedChannel channel;

    public Controller(ServerAddress server, Duration timeout) {
        this.server = server;
        this.timeout = timeout;
        this.channel = OkHttpChannelBuilder.forAddress(server.host(), server.port())
                .usePlaintext()
                .directExecutor()
                .disableRetry()
                .maxInboundMessageSize(LARGEST_MESSAGE_BYTES)
                .build();
    }

    public ServerAddress server() {
        return server;
    }

    public <T> T jobs(Function<JobServiceBlockingStub, T> call) {
        try {
            return jobsOrStatus(call);
        } catch (StatusRuntimeException failure) {
            throw StatusFailures.of(failure, server);
        }
    }

    public <T> T fleet(Function<FleetServiceBlockingStub, T> call) {
        try {
            return call.apply(FleetServiceGrpc.newBlockingStub(connected())
                    .withDeadlineAfter(timeout.toMillis(), TimeUnit.MILLISECONDS));
        } catch (StatusRuntimeException failure) {
            throw StatusFailures.of(failure, server);
        }
    }

    /** Gives every line of output to {@code sink}, until the stream ends; no timeout. */
    public void logs(LogsRequest request, Consumer<LogLine> sink) {
        try {
            JobServiceGrpc.newBlockingStub(connected()).logs(request).forEachRemaining(sink);
        } catch (StatusRuntimeException failure) {
            throw StatusFailures.of(failure, server);
        }
    }

    /** As {@link #jobs}, the status kept for a caller that tries again. */
    <T> T jobsOrStatus(Function<JobServiceBlockingStub, T> call) {
        return call.apply(JobServiceGrpc.newBlockingStub(connected())
                .withDeadlineAfter(timeout.toMillis(), TimeUnit.MILLISECONDS));
    }

    /** The changes of a job; reading on throws {@link StatusRuntimeException} when the stream breaks. No timeout. */
    Iterator<JobUpdate> watch(JobRequest request) {
        return JobServiceGrpc.newBlockingStub(connected()).watch(request);
    }

    /** The channel, ready to connect at once: how long to wait between attempts is the business of its callers. */
    private ManagedChannel connected() {
        channel.resetConnectBackoff();
        return channel;
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
