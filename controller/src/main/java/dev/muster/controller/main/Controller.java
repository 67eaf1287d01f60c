package dev.muster.controller.main;

import dev.muster.controller.codec.ProtobufFormat;
import dev.muster.controller.config.ControllerOptions;
import dev.muster.controller.election.Leadership;
import dev.muster.controller.grpc.GrpcServer;
import dev.muster.controller.loop.FaultHandler;
import dev.muster.controller.loop.LoopException;
import dev.muster.controller.loop.LoopPorts;
import dev.muster.controller.loop.LoopSettings;
import dev.muster.controller.loop.SingleThreadEventLoop;
import dev.muster.controller.loop.SteadyClock;
import dev.muster.controller.metrics.ObservationServer;
import dev.muster.controller.metrics.PrometheusControllerMetrics;
import dev.muster.controller.model.ClusterModel;
import dev.muster.controller.model.ModelLoader;
import dev.muster.controller.model.Turn;
import dev.muster.controller.model.Turns;
import dev.muster.controller.operations.FleetDesk;
import dev.muster.controller.operations.JobDesk;
import dev.muster.controller.operations.JobWatchers;
import dev.muster.controller.operations.LogStreams;
import dev.muster.controller.operations.NodeViews;
import dev.muster.controller.operations.Refusal;
import dev.muster.controller.reconcile.CycleReconciler;
import dev.muster.controller.reconcile.GangTimers;
import dev.muster.controller.reconcile.GoodputMarks;
import dev.muster.controller.reconcile.History;
import dev.muster.controller.reconcile.JobReconciler;
import dev.muster.controller.reconcile.LedgerKeeper;
import dev.muster.controller.reconcile.NodeReconciler;
import dev.muster.controller.reconcile.Retention;
import dev.muster.controller.scheduling.GangScheduling;
import dev.muster.controller.scheduling.SnapshotAssembler;
import dev.muster.controller.session.AgentLauncher;
import dev.muster.controller.session.AgentSessions;
import dev.muster.controller.session.HostPaths;
import dev.muster.controller.session.SessionSettings;
import dev.muster.controller.state.NodeRecord;
import dev.muster.controller.store.StateStore;
import dev.muster.controller.store.StoreException;
import dev.muster.controller.store.embedded.EmbeddedSettings;
import dev.muster.controller.store.embedded.EmbeddedStateStore;
import dev.muster.scheduler.cluster.ClusterSpec;
import dev.muster.scheduler.cluster.HostSpec;
import dev.muster.scheduler.placement.TreeGangPlacer;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The controller, put together and running. */
final class Controller {

    private static final Logger LOG = LoggerFactory.getLogger(Controller.class);
    private static final int MAX_UNFINISHED_JOBS = 200_000;
    private static final int EXIT_FAULT = 70;
    private static final Duration STOP_GRACE = Duration.ofSeconds(2);
    private static final LongSupplier TICKER = System::nanoTime;
    /** Records keep milliseconds, so nothing finer may be in memory either. */
    private static final InstantSource CLOCK = millis(new SteadyClock(InstantSource.system(), TICKER));

    private final StateStore store;
    private final SingleThreadEventLoop loop;
    private final ObservationServer http;
    private final GrpcServer grpc;

    private Controller(StateStore store, SingleThreadEventLoop loop, ObservationServer http, GrpcServer grpc) {
        this.store = store;
        this.loop = loop;
        this.http = http;
        this.grpc = grpc;
    }

    private static InstantSource millis(InstantSource finer) {
        return () -> finer.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    /** What the pieces have in common while they are put together. */
    private record Core(
            ClusterModel model,
            SingleThreadEventLoop loop,
            Turns turns,
            GangScheduling scheduling,
            LedgerKeeper ledgers,
            GoodputMarks marks,
            JobReconciler jobs,
            NodeReconciler nodes,
            CycleReconciler cycles,
            Retention retention,
            AgentSessions sessions,
            JobWatchers watchers) {}

    static Controller start(ControllerOptions options, ClusterSpec cluster) throws IOException {
        StateStore store = EmbeddedStateStore.open(options.data(), EmbeddedSettings.DEFAULT, System::nanoTime);
        try {
            return start(options, cluster, store);
        } catch (IOException | RuntimeException problem) {
            store.close();
            throw problem;
        }
    }

    private static Controller start(ControllerOptions options, ClusterSpec cluster, StateStore store)
            throws IOException {
        PrometheusControllerMetrics metrics = new PrometheusControllerMetrics();
        Observers observers = new Observers(metrics);
        Leadership leadership =
                Leadership.take(store, "pid " + ProcessHandle.current().pid()).join();
        SingleThreadEventLoop loop = SingleThreadEventLoop.start(
                new LoopPorts(store, leadership::fence, dieOf(), observers, CLOCK, TICKER), LoopSettings.DEFAULT);
        Core core = assemble(options, cluster, store, loop, observers);
        Instant startedAt = CLOCK.instant();
        RevisionWatch revisions = new RevisionWatch(store);
        revisions.look();
        NodeViews nodeViews = new NodeViews(core.model(), core.nodes(), core.sessions(), core.scheduling());
        LevelsPublisher levels = new LevelsPublisher(
                core.model(),
                nodeViews,
                core.sessions(),
                core.ledgers(),
                core.marks(),
                metrics,
                observers,
                loop,
                revisions);
        loop.submit("resume", core.turns().operation(turn -> resume(core, cluster, levels, turn)))
                .join();
        Readiness readiness = new Readiness(TICKER);
        ObservationServer http = ObservationServer.start(
                options.bind(), options.httpPort(), metrics.registry(), readiness::health, readiness::readiness);
        GrpcServer grpc = serve(options, core, nodeViews, revisions, startedAt);
        grpc.setServing(true);
        readiness.begin(loop);
        return new Controller(store, loop, http, grpc);
    }

    private static Core assemble(
            ControllerOptions options,
            ClusterSpec cluster,
            StateStore store,
            SingleThreadEventLoop loop,
            Observers observers) {
        ClusterModel model = new ClusterModel();
        ProtobufFormat format = new ProtobufFormat();
        new ModelLoader(store, format, model).load();
        JobWatchers watchers = new JobWatchers(model);
        Turns turns = new Turns(model, format, watchers);
        GangScheduling scheduling = new GangScheduling(
                new SnapshotAssembler(cluster),
                new TreeGangPlacer(),
                host -> model.node(host).map(NodeRecord::address).orElse(host),
                observers,
                TICKER);
        AgentLauncher launcher = new AgentLauncher(model, options.isolationTimeout());
        History history = new History(model);
        LedgerKeeper ledgers = new LedgerKeeper(model);
        GoodputMarks marks = new GoodputMarks(loop, turns, model, ledgers);
        GangTimers timers = new GangTimers(loop, turns, options.isolationTimeout());
        JobReconciler jobs = new JobReconciler(model, scheduling, launcher, timers, history, ledgers, observers);
        NodeReconciler nodes = new NodeReconciler(model, loop, turns, scheduling, jobs, history);
        CycleReconciler cycles = new CycleReconciler(loop, turns, model, scheduling, jobs, nodes);
        Retention retention = new Retention(loop, turns, model);
        AgentSessions sessions = new AgentSessions(
                loop,
                TICKER,
                turns,
                model,
                nodes,
                jobs,
                new HostPaths(cluster.levels(), declaredPaths(cluster)),
                settings(options),
                observers,
                launcher);
        return new Core(
                model, loop, turns, scheduling, ledgers, marks, jobs, nodes, cycles, retention, sessions, watchers);
    }

    private static SessionSettings settings(ControllerOptions options) {
        return new SessionSettings(
                options.heartbeatInterval(),
                SessionSettings.DEFAULT.lostAfterClose(),
                options.lostAfter(),
                SessionSettings.DEFAULT.settleTime(),
                options.isolationTimeout());
    }

    private static Map<String, List<String>> declaredPaths(ClusterSpec cluster) {
        Map<String, List<String>> paths = new HashMap<>();
        for (HostSpec host : cluster.hosts()) {
            paths.put(host.name(), host.path());
        }
        return paths;
    }

    private static boolean resume(Core core, ClusterSpec cluster, LevelsPublisher levels, Turn turn) {
        core.nodes().resume(turn.now());
        core.jobs().resume(turn);
        core.sessions().resume();
        core.cycles().begin();
        core.retention().begin();
        core.marks().begin();
        new MaintenanceClock(core.loop(), core.turns(), core.scheduling()).begin(cluster.maintenance(), turn.now());
        levels.begin(core.turns());
        return true;
    }

    private static GrpcServer serve(
            ControllerOptions options, Core core, NodeViews nodeViews, RevisionWatch revisions, Instant startedAt)
            throws IOException {
        LogStreams logs = new LogStreams(core.model(), core.sessions());
        JobDesk jobs = new JobDesk(
                core.loop(),
                core.turns(),
                core.model(),
                core.jobs(),
                core.scheduling(),
                core.ledgers(),
                core.watchers(),
                logs,
                () -> UUID.randomUUID().toString(),
                MAX_UNFINISHED_JOBS);
        FleetDesk fleet = new FleetDesk(
                core.loop(),
                core.turns(),
                core.model(),
                core.nodes(),
                nodeViews,
                core.scheduling(),
                Version.text(),
                startedAt,
                revisions::revision);
        return GrpcServer.start(
                GrpcServer.Settings.of(options.bind(), options.port()),
                new GrpcServer.Ports(jobs, fleet, core.sessions(), Controller::translate));
    }

    private static Optional<Refusal> translate(Throwable failure) {
        if (failure instanceof LoopException.Busy || failure instanceof StoreException.Busy) {
            return Optional.of(new Refusal(Refusal.Kind.EXHAUSTED, String.valueOf(failure.getMessage())));
        }
        return failure instanceof LoopException.Stopped
                ? Optional.of(new Refusal(Refusal.Kind.UNAVAILABLE, String.valueOf(failure.getMessage())))
                : Optional.empty();
    }

    /** Memory can no longer be trusted; the store can. Whoever started this process starts it again. */
    private static FaultHandler dieOf() {
        return fault -> {
            LOG.error("stopping at once: {} {}: {}", fault.kind(), fault.operation(), fault.message(), fault.cause());
            System.err.println("muster-controller: " + fault.message()
                    + "; nothing that was acknowledged is lost, start the controller again");
            Runtime.getRuntime().halt(EXIT_FAULT);
        };
    }

    int port() {
        return grpc.port();
    }

    int httpPort() {
        return http.port();
    }

    /** Agents keep their ranks running; they find the next controller by themselves. */
    void stop() {
        LOG.info("stopping");
        try {
            grpc.stop(STOP_GRACE);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        loop.close();
        store.close();
        http.stop();
    }
}
