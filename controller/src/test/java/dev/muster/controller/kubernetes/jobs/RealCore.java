package dev.muster.controller.kubernetes.jobs;

import dev.muster.controller.election.Leadership;
import dev.muster.controller.loop.LoopListener;
import dev.muster.controller.loop.LoopPorts;
import dev.muster.controller.loop.LoopSettings;
import dev.muster.controller.loop.SingleThreadEventLoop;
import dev.muster.controller.session.AgentCommand;
import dev.muster.controller.session.AgentCommand.StartRun;
import dev.muster.controller.session.AgentCommand.StopRun;
import dev.muster.controller.session.AgentGateway;
import dev.muster.controller.session.AgentMessage;
import dev.muster.controller.session.SessionSettings;
import dev.muster.controller.simulation.control.ControllerCore;
import dev.muster.controller.simulation.control.Wiring;
import dev.muster.controller.state.Progress;
import dev.muster.controller.store.embedded.EmbeddedSettings;
import dev.muster.controller.store.embedded.EmbeddedStateStore;
import dev.muster.controller.workload.RankState;
import dev.muster.controller.workload.RankStatus;
import dev.muster.controller.workload.RunPhase;
import dev.muster.scheduler.cluster.ClusterSpec;
import dev.muster.scheduler.cluster.QueueSpec;
import dev.muster.scheduler.job.ResourceVector;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The real core on a thread and a store of its own, with hosts whose ranks do as the test says. */
final class RealCore implements AutoCloseable {

    static final List<String> LEVELS = List.of("block", "rack");
    static final InstantSource CLOCK = () -> InstantSource.system().instant().truncatedTo(ChronoUnit.MILLIS);

    private final EmbeddedStateStore store = EmbeddedStateStore.inMemory(EmbeddedSettings.DEFAULT, System::nanoTime);
    private final SingleThreadEventLoop loop;
    private final ScheduledExecutorService heart = Executors.newSingleThreadScheduledExecutor();
    private final List<Host> hosts = new CopyOnWriteArrayList<>();
    private final List<Throwable> faults = Collections.synchronizedList(new ArrayList<>());
    final ControllerCore core;
    final JobChanges changes;

    RealCore() {
        Leadership leadership = Leadership.take(store, "test").join();
        loop = SingleThreadEventLoop.start(
                new LoopPorts(
                        store,
                        leadership::fence,
                        fault -> faults.add(fault.cause()),
                        LoopListener.NONE,
                        CLOCK,
                        System::nanoTime),
                LoopSettings.DEFAULT);
        core = new ControllerCore(new ControllerCore.Parts(
                store,
                leadership,
                loop,
                System::nanoTime,
                new ClusterSpec(
                        LEVELS,
                        List.of(),
                        List.of(QueueSpec.unlimited("default"), QueueSpec.unlimited("research")),
                        List.of()),
                SessionSettings.DEFAULT,
                Wiring.AS_IN_MAIN,
                () -> UUID.randomUUID().toString(),
                (ControllerCore.Restarts) cause -> {}));
        changes = new JobChanges(core.model());
        core.hear(changes);
        core.resume();
        var unused = heart.scheduleAtFixedRate(() -> hosts.forEach(Host::beat), 1, 1, TimeUnit.SECONDS);
    }

    /** Adds so many hosts of 8 accelerators, two to a rack. */
    RealCore withHosts(int count) {
        for (int index = 0; index < count; index++) {
            int number = hosts.size();
            Host host = new Host("n" + number, "r" + number / 2);
            hosts.add(host);
            host.register();
        }
        return this;
    }

    /** Every rank ends well. */
    void finishEverything() {
        hosts.forEach(host -> host.endAll(RankState.SUCCEEDED));
    }

    /** Every run says that it got so far. */
    void progress(long step) {
        hosts.forEach(host -> host.progress(step));
    }

    @Override
    public void close() {
        heart.shutdownNow();
        loop.close();
        store.close();
        if (!faults.isEmpty()) {
            throw new AssertionError("the core failed", faults.get(0));
        }
    }

    private final class Host implements AgentGateway.Outbox {
        private final String name;
        private final String rack;
        private final Map<String, StartRun> runs = new ConcurrentHashMap<>();
        private volatile AgentGateway.@Nullable Inbox inbox;

        private Host(String name, String rack) {
            this.name = name;
            this.rack = rack;
        }

        private void register() {
            inbox = core.sessions().connect(this);
            say(new AgentMessage.Registration(
                    name,
                    name + "-life",
                    name + "-boot",
                    "1.0",
                    name,
                    List.of("b0", rack),
                    ResourceVector.of(8, 64_000, 1L << 40),
                    Optional.empty(),
                    List.of(),
                    List.of(),
                    Collections.emptySortedMap()));
        }

        private void say(AgentMessage message) {
            AgentGateway.Inbox open = inbox;
            if (open != null) {
                open.on(message);
            }
        }

        private void beat() {
            say(new AgentMessage.Heartbeat(1));
        }

        @Override
        public void send(AgentCommand command) {
            if (command instanceof StartRun start) {
                runs.put(start.jobUid(), start);
                report(start, RunPhase.RUNNING, RankState.RUNNING);
            } else if (command instanceof StopRun stop) {
                StartRun run = runs.remove(stop.jobUid());
                if (run != null) {
                    report(run, RunPhase.ENDED, RankState.STOPPED);
                }
            }
        }

        private void endAll(RankState how) {
            for (StartRun run : List.copyOf(runs.values())) {
                runs.remove(run.jobUid());
                report(run, RunPhase.ENDED, how);
            }
        }

        private void progress(long step) {
            Progress progress = new Progress(step, step, OptionalDouble.of(0.5), 100, 0, CLOCK.instant());
            runs.values().forEach(run -> say(new AgentMessage.ProgressReport(run.jobUid(), run.epoch(), progress)));
        }

        private void report(StartRun run, RunPhase phase, RankState state) {
            List<RankStatus> ranks = new ArrayList<>();
            for (int rank = 0; rank < run.ranks(); rank++) {
                ranks.add(new RankStatus(run.firstRank() + rank, state, 0, "", List.of()));
            }
            say(new AgentMessage.RunReport(run.jobUid(), run.epoch(), phase, ranks, ""));
        }

        @Override
        public void close() {}

        @Override
        public String peer() {
            return name;
        }
    }
}
