package dev.muster.controller.grpc;

import dev.muster.controller.operations.FleetOperations;
import dev.muster.controller.operations.JobOperations;
import dev.muster.controller.operations.Refusal;
import dev.muster.controller.session.AgentGateway;
import dev.muster.proto.v1.AgentServiceGrpc;
import dev.muster.proto.v1.FleetServiceGrpc;
import dev.muster.proto.v1.JobServiceGrpc;
import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** The controller's door: every service on one port, with bounds on what a client may cost. */
public final class GrpcServer {

    /** Of one request: far above any job or any agent's registration. */
    public static final int MAX_MESSAGE_BYTES = 4 * 1024 * 1024;

    private static final int MAX_HEADER_BYTES = 16 * 1024;
    private static final int ANSWER_THREADS = 2;
    private static final List<String> SERVICES =
            List.of("", JobServiceGrpc.SERVICE_NAME, FleetServiceGrpc.SERVICE_NAME, AgentServiceGrpc.SERVICE_NAME);

    /**
     * Where to listen and what to allow.
     *
     * @param bindAddress such as {@code 127.0.0.1} or {@code 0.0.0.0}
     * @param port 0: any free one
     * @param maxAgents streams of agents at once
     * @param maxCalls calls of everybody else at once
     * @param permitKeepAlive how often a client may ping; one that pings more often is cut off
     * @param keepAlive after how long without traffic the server pings, to find connections that died silently
     * @param tls without it everything is in plain text
     */
    public record Settings(
            String bindAddress,
            int port,
            int maxAgents,
            int maxCalls,
            Duration permitKeepAlive,
            Duration keepAlive,
            Optional<ServerTls> tls) {

        public static Settings of(String bindAddress, int port) {
            return new Settings(
                    bindAddress,
                    port,
                    150_000,
                    2_000,
                    Duration.ofMillis(500),
                    Duration.ofSeconds(10),
                    Optional.empty());
        }

        public Settings withTls(Optional<ServerTls> how) {
            return new Settings(bindAddress, port, maxAgents, maxCalls, permitKeepAlive, keepAlive, how);
        }
    }

    private final Server server;
    private final OpenStreams streams;
    private final LeaderRelay relay;
    private final HealthStatusManager health;
    private final ExecutorService answerThreads;
    private final ScheduledThreadPoolExecutor timer;
    private final AtomicBoolean stopping = new AtomicBoolean();

    private GrpcServer(Settings settings, Ports ports, AgentGrpcService.Patience patience) {
        this.streams = new OpenStreams();
        this.health = new HealthStatusManager();
        this.answerThreads = Executors.newFixedThreadPool(ANSWER_THREADS, named("grpc-answers"));
        this.timer = new ScheduledThreadPoolExecutor(1, named("grpc-timer"));
        timer.setRemoveOnCancelPolicy(true);
        this.relay = new LeaderRelay(ports.leader(), settings.tls());
        Failures failures = new Failures(ports.failures());
        Answers answers = new Answers(answerThreads, failures);
        setServing(false);
        this.server = build(
                settings,
                failures,
                relay,
                List.of(
                        new JobGrpcService(ports.jobs(), answers, streams),
                        new FleetGrpcService(ports.fleet(), answers),
                        new AgentGrpcService(ports.agents(), failures, streams, timer, patience),
                        health.getHealthService(),
                        ProtoReflectionServiceV1.newInstance()));
    }

    /**
     * What the services speak to.
     *
     * @param leader where another controller leads; empty while this one does, or none is known to
     */
    public record Ports(
            JobOperations jobs,
            FleetOperations fleet,
            AgentGateway agents,
            FailureTranslator failures,
            Supplier<Optional<String>> leader) {

        /** Of a controller that has no other beside it. */
        public Ports(JobOperations jobs, FleetOperations fleet, AgentGateway agents, FailureTranslator failures) {
            this(jobs, fleet, agents, failures, Optional::empty);
        }
    }

    /**
     * Starts to listen; health says NOT_SERVING until {@link #setServing}.
     *
     * @throws BindException with one line that names the address, when it cannot be had
     */
    public static GrpcServer start(Settings settings, Ports ports) throws IOException {
        return start(settings, ports, AgentGrpcService.Patience.DEFAULT);
    }

    static GrpcServer start(Settings settings, Ports ports, AgentGrpcService.Patience patience) throws IOException {
        GrpcServer started = new GrpcServer(settings, ports, patience);
        try {
            started.server.start();
        } catch (IOException e) {
            started.stopThreads();
            throw bindFailure(settings, e);
        }
        return started;
    }

    private static Server build(
            Settings settings, Failures failures, LeaderRelay relay, List<BindableService> services) {
        NettyServerBuilder builder = NettyServerBuilder.forAddress(
                        new InetSocketAddress(settings.bindAddress(), settings.port()))
                // Handlers only hand over, so they run where the bytes arrive.
                .directExecutor()
                .maxInboundMessageSize(MAX_MESSAGE_BYTES)
                .maxInboundMetadataSize(MAX_HEADER_BYTES)
                .permitKeepAliveTime(settings.permitKeepAlive().toMillis(), TimeUnit.MILLISECONDS)
                .permitKeepAliveWithoutCalls(true)
                .keepAliveTime(settings.keepAlive().toMillis(), TimeUnit.MILLISECONDS)
                .keepAliveTimeout(settings.keepAlive().toMillis(), TimeUnit.MILLISECONDS)
                .maxConcurrentCallsPerConnection(settings.maxCalls())
                .intercept(relay)
                .intercept(CallLimit.of(AgentServiceGrpc.SERVICE_NAME, settings.maxAgents(), "agents are connected"))
                .intercept(CallLimit.ofAllBut(
                        List.of(AgentServiceGrpc.SERVICE_NAME, HealthGrpc.SERVICE_NAME),
                        settings.maxCalls(),
                        "calls are open"))
                // The last one added stands outermost.
                .intercept(new CallGuard(failures));
        settings.tls().ifPresent(tls -> builder.sslContext(tls.forCallers()));
        services.forEach(builder::addService);
        return builder.build();
    }

    /** What the health service answers, for the whole server and for each service. */
    public void setServing(boolean serving) {
        ServingStatus status = serving ? ServingStatus.SERVING : ServingStatus.NOT_SERVING;
        SERVICES.forEach(service -> health.setStatus(service, status));
    }

    public int port() {
        return server.getPort();
    }

    /** Streams that last: agents, watches, logs. */
    public int openStreams() {
        return streams.count();
    }

    /** Ends agents' streams, watches and logs, whose other end was the leader that this controller no longer is. */
    public void endStreams(Refusal why) {
        streams.endAll(Failures.statusOf(why));
    }

    /** Refuses what is new, ends the streams, and gives the calls that are open this long to end. */
    public void stop(Duration grace) throws InterruptedException {
        if (stopping.compareAndSet(false, true)) {
            health.enterTerminalState();
            server.shutdown();
            streams.stopAll();
        }
        try {
            if (!server.awaitTermination(grace.toMillis(), TimeUnit.MILLISECONDS)) {
                server.shutdownNow();
                server.awaitTermination(grace.toMillis(), TimeUnit.MILLISECONDS);
            }
        } finally {
            server.shutdownNow();
            relay.close();
            stopThreads();
        }
    }

    private void stopThreads() {
        answerThreads.shutdown();
        timer.shutdownNow();
    }

    private static BindException bindFailure(Settings settings, IOException failure) {
        String address = settings.bindAddress() + ":" + settings.port();
        StringBuilder causes = new StringBuilder();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            causes.append(cause.getMessage()).append(' ');
        }
        boolean inUse = causes.toString().toLowerCase(Locale.ROOT).contains("address already in use");
        String why = inUse
                ? "the port is in use; stop the program that listens there, or choose another port"
                : causes.toString().trim() + "; choose another address or port";
        BindException bind = new BindException("cannot listen for gRPC on " + address + ": " + why);
        bind.initCause(failure);
        return bind;
    }

    private static ThreadFactory named(String name) {
        AtomicInteger number = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }
}
