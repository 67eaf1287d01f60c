package dev.muster.cli.fake;

import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.okhttp.OkHttpServerBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Serves {@link FakeJobs} and {@link FakeFleet} on a free port of the loopback interface. */
public final class FakeController implements AutoCloseable {

    private final FakeJobs jobs;
    private final FakeFleet fleet;
    private final Server server;
    private int port;

    private FakeController(FakeJobs jobs, FakeFleet fleet, int port) {
        this.jobs = jobs;
        this.fleet = fleet;
        this.server = OkHttpServerBuilder.forPort(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                        InsecureServerCredentials.create())
                .addService(jobs)
                .addService(fleet)
                .build();
    }

    public static FakeController start() {
        return start(new FakeJobs(), new FakeFleet(), 0);
    }

    /** Serves what another fake served, as a controller that was restarted does. */
    public static FakeController start(FakeJobs jobs, FakeFleet fleet, int port) {
        FakeController controller = new FakeController(jobs, fleet, port);
        try {
            controller.server.start();
            controller.port = controller.server.getPort();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return controller;
    }

    public FakeJobs jobs() {
        return jobs;
    }

    public FakeFleet fleet() {
        return fleet;
    }

    public int port() {
        return port;
    }

    public String address() {
        return "127.0.0.1:" + port();
    }

    /** Dies: connections break, nothing listens any more. */
    @Override
    public void close() {
        server.shutdownNow();
        try {
            server.awaitTermination();
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
        }
    }
}
