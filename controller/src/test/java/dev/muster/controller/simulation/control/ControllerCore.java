package dev.muster.controller.simulation.control;

import dev.muster.controller.codec.ProtobufFormat;
import dev.muster.controller.election.Leadership;
import dev.muster.controller.loop.EventLoop;
import dev.muster.controller.model.ClusterModel;
import dev.muster.controller.model.ModelLoader;
import dev.muster.controller.model.Turn;
import dev.muster.controller.model.Turns;
import dev.muster.controller.operations.FleetDesk;
import dev.muster.controller.operations.JobDesk;
import dev.muster.controller.operations.JobWatchers;
import dev.muster.controller.operations.LogStreams;
import dev.muster.controller.operations.NodeViews;
import dev.muster.controller.reconcile.CycleReconciler;
import dev.muster.controller.reconcile.GangTimers;
import dev.muster.controller.reconcile.GoodputMarks;
import dev.muster.controller.reconcile.History;
import dev.muster.controller.reconcile.JobObserver;
import dev.muster.controller.reconcile.JobReconciler;
import dev.muster.controller.reconcile.LedgerKeeper;
import dev.muster.controller.reconcile.NodeReconciler;
import dev.muster.controller.reconcile.Retention;
import dev.muster.controller.scheduling.GangScheduling;
import dev.muster.controller.scheduling.SnapshotAssembler;
import dev.muster.controller.session.AgentLauncher;
import dev.muster.controller.session.AgentSessions;
import dev.muster.controller.session.HostPaths;
import dev.muster.controller.session.SessionObserver;
import dev.muster.controller.session.SessionSettings;
import dev.muster.controller.state.StopCause;
import dev.muster.controller.store.StateStore;
import dev.muster.scheduler.cluster.ClusterSpec;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** One life of the controller's core, put together as {@code main} does, without transports and threads. */
public final class ControllerCore {

    private static final int MAX_UNFINISHED_JOBS = 1_000;

    private final EventLoop loop;
    private final ClusterModel model = new ClusterModel();
    private final Turns turns;
    private final SnapshotAssembler picture;
    private final GangScheduling scheduling;
    private final JobReconciler reconciler;
    private final NodeReconciler nodes;
    private final CycleReconciler cycles;
    private final Retention retention;
    private final AgentSessions sessions;
    private final LedgerKeeper ledgers;
    private final GoodputMarks marks;
    private final JobDesk jobs;
    private final FleetDesk fleet;
    private volatile Turns.TurnListener further = turn -> {};

    /**
     * What it is made of.
     *
     * @param uids of new jobs
     */
    public record Parts(
            StateStore store,
            Leadership leadership,
            EventLoop loop,
            LongSupplier nanoTicker,
            ClusterSpec shape,
            SessionSettings settings,
            Wiring wiring,
            Supplier<String> uids,
            JobObserver observer) {}

    /** Loads what the store holds. */
    public ControllerCore(Parts parts) {
        loop = parts.loop();
        ProtobufFormat format = new ProtobufFormat();
        new ModelLoader(parts.store(), format, model).load(parts.wiring()::placed);
        JobWatchers watchers = new JobWatchers(model);
        turns = new Turns(model, format, turn -> {
            watchers.committed(turn);
            further.committed(turn);
        });
        picture = new SnapshotAssembler(parts.shape(), model.jobs());
        scheduling = new GangScheduling(
                picture,
                parts.wiring().placer(),
                host -> host,
                (took, placements, preemptions, plans, waiting) -> {},
                parts.nanoTicker());
        Duration isolation = parts.settings().isolationTimeout();
        AgentLauncher launcher = new AgentLauncher(model, isolation);
        History history = new History(model);
        ledgers = new LedgerKeeper(model);
        marks = new GoodputMarks(loop, turns, model, ledgers);
        GangTimers timers =
                new GangTimers(loop, turns, Optional.of(parts.wiring().isolationTimeout(isolation)));
        reconciler = new JobReconciler(model, scheduling, launcher, timers, history, ledgers, parts.observer());
        nodes = new NodeReconciler(model, loop, turns, scheduling, reconciler, history);
        cycles = new CycleReconciler(loop, turns, model, scheduling, reconciler, nodes);
        retention = new Retention(loop, turns, model);
        sessions = new AgentSessions(
                loop,
                parts.leadership(),
                parts.nanoTicker(),
                turns,
                model,
                nodes,
                reconciler,
                paths(parts.shape()),
                parts.settings(),
                new Deaf(),
                launcher);
        LogStreams logs = new LogStreams(model, sessions);
        jobs = new JobDesk(
                loop, turns, model, reconciler, scheduling, ledgers, watchers, logs, parts.uids(), MAX_UNFINISHED_JOBS);
        NodeViews views = new NodeViews(model, nodes, sessions, scheduling);
        fleet = new FleetDesk(
                loop,
                turns,
                model,
                nodes,
                views,
                scheduling,
                "test",
                loop.clock().instant(),
                () -> 0L);
    }

    private static HostPaths paths(ClusterSpec shape) {
        Map<String, List<String>> declared = new HashMap<>();
        shape.hosts().forEach(host -> declared.put(host.name(), host.path()));
        return new HostPaths(shape.levels(), declared);
    }

    /** Takes up what was loaded; agents may connect from then on. */
    public void resume() {
        loop.tell("resume", turns.operation(this::resume));
    }

    private boolean resume(Turn turn) {
        nodes.resume(turn.now());
        reconciler.resume(turn);
        sessions.resume();
        cycles.begin();
        retention.begin();
        marks.begin();
        return true;
    }

    /** What an adapter has to say, in a turn of its own. */
    public void tell(String name, Consumer<Turn> body) {
        loop.tell(name, turns.operation(turn -> {
            body.accept(turn);
            return true;
        }));
    }

    public Turns turns() {
        return turns;
    }

    public JobReconciler reconciler() {
        return reconciler;
    }

    /** Lets an adapter hear what is committed from now on. */
    public void hear(Turns.TurnListener listener) {
        further = listener;
    }

    public ClusterModel model() {
        return model;
    }

    public SnapshotAssembler picture() {
        return picture;
    }

    public GangScheduling scheduling() {
        return scheduling;
    }

    public NodeReconciler nodes() {
        return nodes;
    }

    public AgentSessions sessions() {
        return sessions;
    }

    public LedgerKeeper ledgers() {
        return ledgers;
    }

    public JobDesk jobs() {
        return jobs;
    }

    public FleetDesk fleet() {
        return fleet;
    }

    public EventLoop loop() {
        return loop;
    }

    private static final class Deaf implements SessionObserver {
        @Override
        public void heartbeat() {}

        @Override
        public void registration(boolean accepted) {}

        @Override
        public void hostLost() {}
    }

    /** Hears of restarts only. */
    @FunctionalInterface
    public interface Restarts extends JobObserver {
        @Override
        default void firstPlaced(String queue, Duration waited) {}

        @Override
        void restarting(StopCause.Kind cause);
    }
}
