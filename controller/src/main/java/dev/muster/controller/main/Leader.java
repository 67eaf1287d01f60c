package dev.muster.controller.main;

import dev.muster.controller.codec.ProtobufFormat;
import dev.muster.controller.election.Leadership;
import dev.muster.controller.loop.FaultHandler;
import dev.muster.controller.loop.LoopPorts;
import dev.muster.controller.loop.LoopSettings;
import dev.muster.controller.loop.SingleThreadEventLoop;
import dev.muster.controller.metrics.ControllerMetrics;
import dev.muster.controller.metrics.Levels;
import dev.muster.controller.metrics.Probe;
import dev.muster.controller.model.ClusterModel;
import dev.muster.controller.model.ModelLoader;
import dev.muster.controller.model.Turn;
import dev.muster.controller.model.Turns;
import dev.muster.controller.model.Turns.TurnListener;
import dev.muster.controller.operations.FleetDesk;
import dev.muster.controller.operations.FleetOperations;
import dev.muster.controller.operations.JobDesk;
import dev.muster.controller.operations.JobOperations;
import dev.muster.controller.operations.JobWatchers;
import dev.muster.controller.operations.LogStreams;
import dev.muster.controller.operations.NodeViews;
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
import dev.muster.controller.session.AgentGateway;
import dev.muster.controller.state.NodeRecord;
import dev.muster.controller.store.StateStore;
import dev.muster.scheduler.cluster.ClusterSpec;
import dev.muster.scheduler.placement.TreeGangPlacer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All that decides, put together over what the store holds; made anew each time that this controller takes the lead. */
final class Leader implements Role {

    private static final Logger LOG = LoggerFactory.getLogger(Leader.class);
    private static final int MAX_UNFINISHED_JOBS = 200_000;

    private final SingleThreadEventLoop loop;
    private final Readiness readiness;
    private final JobOperations jobs;
    private final FleetOperations fleet;
    private final Substrate substrate;
    private final ControllerMetrics metrics;

    private Leader(
            SingleThreadEventLoop loop,
            Readiness readiness,
            JobOperations jobs,
            FleetOperations fleet,
            Substrate substrate,
            ControllerMetrics metrics) {
        this.loop = loop;
        this.readiness = readiness;
        this.jobs = jobs;
        this.fleet = fleet;
        this.substrate = substrate;
        this.metrics = metrics;
    }

    /** What a leader is made from; the same each time. */
    record Setup(
            Site site, StateStore store, ControllerMetrics metrics, InstantSource clock, LongSupplier nanoTicker) {}

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
            Substrate substrate,
            JobWatchers watchers) {}

    /**
     * Takes up what the store holds and begins to decide; blocks until it has. Throws what the store throws, and {@code
     * LoopException} in a {@code CompletionException} when the lead was lost meanwhile.
     */
    static Leader start(Setup setup, Leadership leadership, FaultHandler faults) {
        Observers observers = new Observers(setup.metrics());
        SingleThreadEventLoop loop = SingleThreadEventLoop.start(
                new LoopPorts(setup.store(), leadership::fence, faults, observers, setup.clock(), setup.nanoTicker()),
                LoopSettings.DEFAULT);
        try {
            return start(setup, leadership, loop, observers);
        } catch (RuntimeException problem) {
            loop.close();
            throw problem;
        }
    }

    private static Leader start(Setup setup, Leadership leadership, SingleThreadEventLoop loop, Observers observers) {
        long beganNanos = setup.nanoTicker().getAsLong();
        ClusterSpec cluster = setup.site().cluster();
        Core core = assemble(setup, cluster, leadership, loop, observers);
        try {
            Leader leader = begin(setup, cluster, core, observers);
            LOG.info(
                    "took up {} jobs and {} hosts in {} ms",
                    core.model().jobs().size(),
                    core.model().nodeCount(),
                    Duration.ofNanos(setup.nanoTicker().getAsLong() - beganNanos)
                            .toMillis());
            return leader;
        } catch (RuntimeException problem) {
            core.substrate().close();
            throw problem;
        }
    }

    private static Leader begin(Setup setup, ClusterSpec cluster, Core core, Observers observers) {
        Instant startedAt = setup.clock().instant();
        RevisionWatch revisions = new RevisionWatch(setup.store());
        revisions.look();
        NodeViews nodeViews =
                new NodeViews(core.model(), core.nodes(), core.substrate().readings(), core.scheduling());
        LevelsPublisher levels = new LevelsPublisher(
                core.model(),
                nodeViews,
                core.substrate().readings(),
                core.ledgers(),
                core.marks(),
                setup.metrics(),
                observers,
                core.loop(),
                revisions);
        core.loop()
                .submit("resume", core.turns().operation(turn -> resume(core, cluster, levels, turn)))
                .join();
        Readiness readiness = new Readiness(setup.nanoTicker());
        readiness.begin(core.loop());
        JobDesk jobs = jobDesk(core);
        FleetDesk fleet = fleetDesk(core, nodeViews, revisions, startedAt);
        core.substrate().begin(jobs, fleet);
        return new Leader(core.loop(), readiness, jobs, fleet, core.substrate(), setup.metrics());
    }

    private static Core assemble(
            Setup setup, ClusterSpec cluster, Leadership leadership, SingleThreadEventLoop loop, Observers observers) {
        ClusterModel model = new ClusterModel();
        ProtobufFormat format = new ProtobufFormat();
        JobWatchers watchers = new JobWatchers(model);
        List<TurnListener> listeners = new ArrayList<>(List.of(watchers));
        Turns turns = new Turns(model, format, turn -> listeners.forEach(listener -> listener.committed(turn)));
        Substrate substrate = setup.site()
                .substrate(
                        cluster, new Site.Foundations(loop, turns, model, leadership, observers, setup.nanoTicker()));
        substrate.listener().ifPresent(listeners::add);
        new ModelLoader(setup.store(), format, model).load(substrate::takeUp);
        GangScheduling scheduling = new GangScheduling(
                new SnapshotAssembler(cluster, model.jobs()),
                new TreeGangPlacer(),
                host -> model.node(host).map(NodeRecord::address).orElse(host),
                observers,
                setup.nanoTicker());
        History history = new History(model);
        LedgerKeeper ledgers = new LedgerKeeper(model);
        GoodputMarks marks = new GoodputMarks(loop, turns, model, ledgers);
        GangTimers timers = new GangTimers(loop, turns, substrate.isolationTimeout());
        JobReconciler jobs =
                new JobReconciler(model, scheduling, substrate.launcher(), timers, history, ledgers, observers);
        NodeReconciler nodes = new NodeReconciler(model, loop, turns, scheduling, jobs, history);
        CycleReconciler cycles = new CycleReconciler(loop, turns, model, scheduling, jobs, nodes);
        Retention retention = new Retention(loop, turns, model);
        substrate.connect(jobs, nodes);
        return new Core(
                model, loop, turns, scheduling, ledgers, marks, jobs, nodes, cycles, retention, substrate, watchers);
    }

    private static boolean resume(Core core, ClusterSpec cluster, LevelsPublisher levels, Turn turn) {
        core.nodes().resume(turn.now());
        core.jobs().resume(turn);
        core.substrate().resume(turn);
        core.cycles().begin();
        core.retention().begin();
        core.marks().begin();
        new MaintenanceClock(core.loop(), core.turns(), core.scheduling()).begin(cluster.maintenance(), turn.now());
        levels.begin(core.turns());
        return true;
    }

    private static JobDesk jobDesk(Core core) {
        return new JobDesk(
                core.loop(),
                core.turns(),
                core.model(),
                core.jobs(),
                core.scheduling(),
                core.ledgers(),
                core.watchers(),
                new LogStreams(core.model(), core.substrate().logs()),
                () -> UUID.randomUUID().toString(),
                MAX_UNFINISHED_JOBS);
    }

    private static FleetDesk fleetDesk(Core core, NodeViews nodeViews, RevisionWatch revisions, Instant startedAt) {
        return new FleetDesk(
                core.loop(),
                core.turns(),
                core.model(),
                core.nodes(),
                nodeViews,
                core.scheduling(),
                Version.text(),
                startedAt,
                revisions::revision);
    }

    @Override
    public JobOperations jobs() {
        return jobs;
    }

    @Override
    public FleetOperations fleet() {
        return fleet;
    }

    @Override
    public AgentGateway agents() {
        return substrate.agents();
    }

    @Override
    public Probe health() {
        return readiness.health();
    }

    @Override
    public Probe readiness() {
        return readiness.readiness();
    }

    /** Agents keep their ranks running; they find the next leader by themselves. */
    @Override
    public void close() {
        substrate.close();
        loop.close();
        metrics.publish(Levels.NONE);
    }
}
