package dev.muster.controller.simulation.fleet;

import dev.muster.controller.session.AgentCommand.StartRun;
import dev.muster.controller.state.Progress;
import dev.muster.controller.workload.RankState;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * The training of one attempt. A step is done only while the ranks of every host take part and reach each other; who loses
 * a peer for good crashes after a while, or hangs.
 */
final class Gang {

    private static final Duration COLLECTIVE_TIMEOUT = Duration.ofSeconds(60);

    private final Fabric fabric;
    private final StartRun anyOrder;
    private final TrainingProgram program;
    private final TreeMap<String, SimulatedRun> members = new TreeMap<>();
    private boolean wasWhole;
    private boolean finished;
    private long step;
    private long stalledSinceNanos = -1;

    Gang(Fabric fabric, StartRun anyOrder, TrainingProgram program) {
        this.fabric = fabric;
        this.anyOrder = anyOrder;
        this.program = program;
    }

    void join(SimulatedRun run) {
        members.put(run.host(), run);
        if (isWhole() && !wasWhole) {
            wasWhole = true;
            step = fabric.checkpoint(anyOrder.jobUid());
            nextStep();
        }
    }

    boolean isWhole() {
        return members.size() == anyOrder.nodes();
    }

    void leave(SimulatedRun run) {
        members.remove(run.host(), run);
        if (wasWhole && !finished && !program.hangs()) {
            for (SimulatedRun peer : new ArrayList<>(members.values())) {
                fabric.timeline.after(fabric.chance.millis(200, 15_000), () -> peer.exit(RankState.FAILED));
            }
        }
        if (members.isEmpty()) {
            fabric.forget(this, run.key());
        }
    }

    /** What a signal asks for. */
    void save() {
        if (isWhole()) {
            fabric.save(anyOrder.jobUid(), step);
            report();
        }
    }

    private void nextStep() {
        fabric.timeline.after(Duration.ofMillis(program.stepMillis()), this::step);
    }

    private void step() {
        if (!isWhole() || finished) {
            return;
        }
        if (!fabric.network.reachEachOther(members.keySet())) {
            stall();
            return;
        }
        stalledSinceNanos = -1;
        if (fabric.chance.happens(program.crashing())) {
            fabric.chance.oneOf(new ArrayList<>(members.values())).exit(RankState.FAILED);
            return;
        }
        if (step < program.steps()) {
            step++;
            fabric.witness.stepped(anyOrder.jobUid(), anyOrder.epoch(), step);
        }
        if (step % program.checkpointEvery() == 0) {
            fabric.save(anyOrder.jobUid(), step);
        }
        report();
        if (step < program.steps()) {
            nextStep();
        } else {
            finish();
        }
    }

    private void stall() {
        long now = fabric.timeline.getAsLong();
        if (stalledSinceNanos < 0) {
            stalledSinceNanos = now;
        }
        if (now - stalledSinceNanos < COLLECTIVE_TIMEOUT.toNanos() || program.hangs()) {
            nextStep();
        } else {
            new ArrayList<>(members.values()).forEach(peer -> peer.exit(RankState.FAILED));
        }
    }

    private void finish() {
        finished = true;
        for (SimulatedRun run : new ArrayList<>(members.values())) {
            fabric.timeline.after(fabric.chance.millis(0, 2_000), () -> run.exit(RankState.SUCCEEDED));
        }
    }

    private void report() {
        long checkpoint = fabric.checkpoint(anyOrder.jobUid());
        members.values().stream()
                .filter(run -> run.order().nodeRank() == 0)
                .forEach(run -> run.progressed(new Progress(
                        step,
                        checkpoint,
                        OptionalDouble.empty(),
                        program.steps(),
                        0,
                        fabric.clock.instant().truncatedTo(ChronoUnit.MILLIS))));
    }
}
