package dev.muster.controller.simulation.fleet;

import dev.muster.controller.session.AgentCommand.ForgetRun;
import dev.muster.controller.session.AgentCommand.StartRun;
import dev.muster.controller.session.AgentCommand.StopRun;
import dev.muster.controller.session.AgentMessage.RunReport;
import dev.muster.controller.state.Progress;
import dev.muster.controller.workload.RankState;
import dev.muster.controller.workload.RankStatus;
import dev.muster.controller.workload.RunPhase;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** The runs of one life of an agent, by job and epoch. Every order may come twice, late or never. */
final class RunTable {

    /** Hears what must be told to the controller. */
    interface Listener {
        void changed(SimulatedRun run);

        void progressed(SimulatedRun run, Progress progress);
    }

    private final SimulatedHost host;
    private final Fabric fabric;
    private final AgentRules rules;
    private final Listener listener;
    private final Map<String, SimulatedRun> runs = new LinkedHashMap<>();

    RunTable(SimulatedHost host, Fabric fabric, AgentRules rules, Listener listener) {
        this.host = host;
        this.fabric = fabric;
        this.rules = rules;
        this.listener = listener;
    }

    String host() {
        return host.name();
    }

    // ---- orders

    /** Answers with the run's report now; of one that was refused, that it has failed. */
    RunReport start(StartRun order) {
        String key = SimulatedRun.key(order.jobUid(), order.epoch());
        SimulatedRun known = runs.get(key);
        if (known != null) {
            return known.report();
        }
        if (rules.refusesOldEpochs() && host.isFenced(order.jobUid(), order.epoch())) {
            return refused(order);
        }
        host.fence(order.jobUid(), order.epoch());
        List<SimulatedRun> older = supersede(order.jobUid(), order.epoch());
        SimulatedRun run = new SimulatedRun(this, fabric, order);
        runs.put(key, run);
        run.begin(older);
        return run.report();
    }

    private static RunReport refused(StartRun order) {
        String why = "epoch " + order.epoch() + " of this job is over here";
        List<RankStatus> ranks = IntStream.range(0, order.ranks())
                .mapToObj(rank -> new RankStatus(order.firstRank() + rank, RankState.FAILED, 0, why, List.of()))
                .toList();
        return new RunReport(order.jobUid(), order.epoch(), RunPhase.ENDED, ranks, why);
    }

    RunReport stop(StopRun order) {
        SimulatedRun run = runs.get(SimulatedRun.key(order.jobUid(), order.epoch()));
        if (run == null) {
            host.fence(order.jobUid(), order.epoch());
            supersede(order.jobUid(), order.epoch());
            return new RunReport(order.jobUid(), order.epoch(), RunPhase.ENDED, List.of(), "not known on this host");
        }
        run.stop(order);
        return run.report();
    }

    void forget(ForgetRun order) {
        runs.computeIfPresent(
                SimulatedRun.key(order.jobUid(), order.epoch()), (key, run) -> run.hasEnded() ? null : run);
    }

    /** Kills every older run of the job, and says which are not gone yet. */
    private List<SimulatedRun> supersede(String jobUid, long epoch) {
        if (!rules.refusesOldEpochs()) {
            return List.of();
        }
        List<SimulatedRun> older = live().stream()
                .filter(run ->
                        run.order().jobUid().equals(jobUid) && run.order().epoch() < epoch)
                .toList();
        older.forEach(run -> run.kill("superseded by epoch " + epoch));
        return older;
    }

    /** The agent is dead. */
    void vanish(Duration later) {
        runs.values().forEach(run -> run.vanish(later));
        runs.clear();
    }

    // ---- what is

    List<SimulatedRun> all() {
        return List.copyOf(runs.values());
    }

    List<SimulatedRun> live() {
        return runs.values().stream().filter(run -> !run.hasEnded()).toList();
    }

    Optional<SimulatedRun> find(String key) {
        return Optional.ofNullable(runs.get(key));
    }

    int freeAccelerators() {
        return SimulatedHost.ACCELERATORS
                - runs.values().stream()
                        .filter(SimulatedRun::isAlive)
                        .mapToInt(run -> run.order().accelerators())
                        .sum();
    }

    void changed(SimulatedRun run) {
        listener.changed(run);
    }

    void progressed(SimulatedRun run, Progress progress) {
        listener.progressed(run, progress);
    }
}
