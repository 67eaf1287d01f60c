package dev.muster.controller.simulation.fleet;

import dev.muster.controller.simulation.invariant.Witness;
import dev.muster.controller.simulation.network.SimulatedNetwork;
import dev.muster.controller.simulation.time.Chance;
import dev.muster.controller.simulation.time.MachineClock;
import dev.muster.controller.simulation.time.Timeline;
import java.util.HashMap;
import java.util.Map;

/** Where ranks of different hosts find each other, and the file system that keeps their checkpoints. */
public final class Fabric {

    final Timeline timeline;
    final Chance chance;
    final MachineClock clock;
    final SimulatedNetwork network;
    final Witness witness;
    private final Map<String, TrainingProgram> programs = new HashMap<>();
    private final Map<String, Long> checkpoints = new HashMap<>();
    private final Map<String, Gang> gangs = new HashMap<>();

    public Fabric(Timeline timeline, Chance chance, MachineClock clock, SimulatedNetwork network, Witness witness) {
        this.timeline = timeline;
        this.chance = chance;
        this.clock = clock;
        this.network = network;
        this.witness = witness;
    }

    /** What the job of this name runs. */
    public void install(String jobName, TrainingProgram program) {
        programs.put(jobName, program);
    }

    TrainingProgram program(SimulatedRun run) {
        return programs.getOrDefault(
                run.order().name(), new TrainingProgram(20, 1_000, 5, 0, false, false, false, false));
    }

    /** Where the run meets its peers. */
    Gang gang(SimulatedRun run) {
        return gangs.computeIfAbsent(run.key(), key -> new Gang(this, run.order(), program(run)));
    }

    void forget(Gang gang, String key) {
        gangs.remove(key, gang);
    }

    long checkpoint(String jobUid) {
        return checkpoints.getOrDefault(jobUid, 0L);
    }

    void save(String jobUid, long step) {
        checkpoints.merge(jobUid, step, Math::max);
    }
}
