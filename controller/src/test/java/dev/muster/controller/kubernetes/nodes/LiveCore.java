package dev.muster.controller.kubernetes.nodes;

import dev.muster.controller.election.Leadership;
import dev.muster.controller.loop.FaultHandler.Fault;
import dev.muster.controller.loop.LoopListener;
import dev.muster.controller.loop.LoopPorts;
import dev.muster.controller.loop.LoopSettings;
import dev.muster.controller.loop.SingleThreadEventLoop;
import dev.muster.controller.reconcile.JobObserver;
import dev.muster.controller.session.SessionSettings;
import dev.muster.controller.simulation.control.ControllerCore;
import dev.muster.controller.simulation.control.Wiring;
import dev.muster.controller.state.JobRecord;
import dev.muster.controller.state.NodeRecord;
import dev.muster.controller.state.PlacementRecord;
import dev.muster.controller.state.StopCause;
import dev.muster.controller.store.StateStore;
import dev.muster.controller.workload.HostReport;
import dev.muster.controller.workload.RankState;
import dev.muster.controller.workload.RankStatus;
import dev.muster.controller.workload.RunPhase;
import dev.muster.scheduler.cluster.ClusterSpec;
import dev.muster.scheduler.cluster.QueueSpec;
import dev.muster.scheduler.job.JobFile;
import dev.muster.scheduler.job.JobKey;
import dev.muster.scheduler.job.JobSpec;
import dev.muster.scheduler.job.Reading;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.IntStream;

/** The real core on its real loop, for stories with a real API server; no agents. */
final class LiveCore implements AutoCloseable {

    /** Nobody waits for agents here. */
    private static final SessionSettings PATIENT = new SessionSettings(
            Duration.ofSeconds(1), Duration.ofDays(1), Duration.ofDays(1), Duration.ofDays(1), Duration.ofDays(1));

    private final SingleThreadEventLoop loop;
    private final ControllerCore core;
    private final Leadership leadership;
    private final List<Fault> faults = Collections.synchronizedList(new ArrayList<>());

    /** Leads on what the store holds, with the fabric that the rules describe. */
    LiveCore(StateStore store, NodeRules rules, List<QueueSpec> queues) {
        leadership = Leadership.take(store, "test").join();
        InstantSource clock = () -> InstantSource.system().instant().truncatedTo(ChronoUnit.MILLIS);
        loop = SingleThreadEventLoop.start(
                new LoopPorts(store, leadership::fence, faults::add, LoopListener.NONE, clock, System::nanoTime),
                LoopSettings.DEFAULT);
        core = new ControllerCore(new ControllerCore.Parts(
                store,
                leadership,
                loop,
                System::nanoTime,
                new ClusterSpec(rules.levelNames(), List.of(), queues, List.of()),
                PATIENT,
                new Wiring() {
                    @Override
                    public NodeRecord placed(NodeRecord stored) {
                        return rules.placed(stored);
                    }
                },
                () -> UUID.randomUUID().toString(),
                new Deaf()));
        core.resume();
    }

    private static final class Deaf implements JobObserver {
        @Override
        public void firstPlaced(String queue, Duration waited) {}

        @Override
        public void restarting(StopCause.Kind cause) {}
    }

    SingleThreadEventLoop loop() {
        return loop;
    }

    Leadership leadership() {
        return leadership;
    }

    ControllerCore core() {
        return core;
    }

    /** Asks on the loop, as everybody must. */
    <R> R ask(Function<ControllerCore, R> question) {
        if (!faults.isEmpty()) {
            throw new AssertionError("the loop has failed: " + faults);
        }
        return loop.submit("ask", core.turns().operation(turn -> question.apply(core)))
                .join();
    }

    Optional<NodeRecord> node(String name) {
        return ask(asked -> asked.model().node(name));
    }

    void submit(String yaml) {
        Reading<JobSpec> spec = JobFile.read(yaml);
        core.jobs()
                .submit(
                        spec.value().orElseThrow(() -> new AssertionError(spec.violations())),
                        UUID.randomUUID().toString())
                .join();
    }

    JobRecord job(String name) {
        return ask(asked -> asked.model().job(new JobKey("default", name)).orElseThrow());
    }

    PlacementRecord placement(String name) {
        JobRecord job = job(name);
        return ask(asked -> asked.model().placementOf(job).orElseThrow());
    }

    List<String> hosts(String name) {
        return placement(name).hosts().stream()
                .map(PlacementRecord.HostAssignment::host)
                .sorted()
                .toList();
    }

    /** Every host of the job's attempt says that its ranks run. */
    void everyHostRuns(String name) {
        PlacementRecord placement = placement(name);
        for (PlacementRecord.HostAssignment part : placement.hosts()) {
            List<RankStatus> ranks = IntStream.range(part.firstRank(), part.firstRank() + part.ranks())
                    .mapToObj(rank -> new RankStatus(rank, RankState.RUNNING, 0, "", List.of()))
                    .toList();
            loop.submit(
                            "report",
                            core.turns()
                                    .operation(turn -> core.reconciler()
                                            .reported(
                                                    new HostReport(
                                                            part.host(),
                                                            placement.jobUid(),
                                                            placement.attempt(),
                                                            RunPhase.RUNNING,
                                                            ranks,
                                                            ""),
                                                    turn)))
                    .join();
        }
    }

    @Override
    public void close() {
        loop.close();
    }
}
