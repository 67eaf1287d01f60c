package dev.muster.controller.grpc;

import dev.muster.controller.operations.Refusal;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A server on a free loopback port in front of fakes, and a channel to it. */
final class TestServer {

    /** Stands for what the event loop throws. */
    static final class LoopIsBusy extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    final FakeJobs jobs = new FakeJobs();
    final FakeFleet fleet = new FakeFleet();
    final FakeGateway gateway = new FakeGateway();
    final GrpcServer server;
    final ManagedChannel channel;

    TestServer(GrpcServer.Settings settings, AgentGrpcService.Patience patience) throws IOException {
        server =
                GrpcServer.start(settings, new GrpcServer.Ports(jobs, fleet, gateway, TestServer::translate), patience);
        channel = channel();
    }

    static TestServer start() throws IOException {
        return new TestServer(GrpcServer.Settings.of("127.0.0.1", 0), AgentGrpcService.Patience.DEFAULT);
    }

    private static Optional<Refusal> translate(Throwable failure) {
        return failure instanceof LoopIsBusy
                ? Optional.of(new Refusal(Refusal.Kind.UNAVAILABLE, "the controller is busy; try again"))
                : Optional.empty();
    }

    /** With a small window, so that a reader that stops is noticed soon. */
    ManagedChannel channel() {
        return NettyChannelBuilder.forAddress("127.0.0.1", server.port())
                .usePlaintext()
                .flowControlWindow(65_535)
                .build();
    }

    void close() throws InterruptedException {
        channel.shutdownNow();
        channel.awaitTermination(10, TimeUnit.SECONDS);
        server.stop(Duration.ofSeconds(10));
    }
}
