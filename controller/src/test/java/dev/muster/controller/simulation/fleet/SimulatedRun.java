package dev.muster.controller.simulation.fleet;

import dev.muster.controller.session.AgentCommand.StartRun;
import dev.muster.controller.session.AgentCommand.StopRun;
import dev.muster.controller.session.AgentMessage.RunReport;
import dev.muster.controller.simulation.time.Alarm;
import dev.muster.controller.state.Progress;
import dev.muster.controller.workload.RankState;
import dev.muster.controller.workload.RankStatus;
import dev.muster.controller.workload.RunPhase;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The ranks of one attempt on one host: prepared once older ones are gone, begun, ended by themselves or by order. Its
 * processes die first; that it has ended is said once a look has found none left.
 */
final class SimulatedRun {

    private static final Duration LOOK_AGAIN = Duration.ofMillis(25);

    private final RunTable table;
    private final Fabric fabric;
    private final StartRun order;
    private final StopGraces graces = new StopGraces();
    private RunPhase phase = RunPhase.STARTING;
    private RankState ranks = RankState.STARTING;
    private String message = "";
    private boolean alive;
    private boolean gone;
    private Optional<Progress> progress = Optional.empty();
    private @Nullable Gang gang;
    private @Nullable Alarm death;
    private long savedAtNanos = Long.MAX_VALUE;

    SimulatedRun(RunTable table, Fabric fabric, StartRun order) {
        this.table = table;
        this.fabric = fabric;
        this.order = order;
    }

    static String key(String jobUid, long epoch) {
        return jobUid + "/" + epoch;
    }

    String key() {
        return key(order.jobUid(), order.epoch());
    }

    StartRun order() {
        return order;
    }

    String host() {
        return table.host();
    }

    /** Whether it has ended and said so. */
    boolean hasEnded() {
        return phase == RunPhase.ENDED;
    }

    /** Whether it has processes. */
    boolean isAlive() {
        return alive;
    }

    Optional<Progress> progress() {
        return progress;
    }

    RunReport report() {
        List<RankStatus> each = IntStream.range(0, order.ranks())
                .mapToObj(rank -> new RankStatus(
                        order.firstRank() + rank, ranks, ranks == RankState.FAILED ? 1 : 0, message, List.of()))
                .toList();
        return new RunReport(order.jobUid(), order.epoch(), phase, each, message);
    }

    // ---- its beginning

    void begin(List<SimulatedRun> predecessors) {
        if (gone || phase != RunPhase.STARTING) {
            return;
        }
        if (predecessors.stream().allMatch(SimulatedRun::hasEnded)) {
            fabric.timeline.after(fabric.chance.millis(20, 1_500), this::launch);
        } else {
            fabric.timeline.after(LOOK_AGAIN, () -> begin(predecessors));
        }
    }

    private void launch() {
        if (gone || phase != RunPhase.STARTING) {
            return;
        }
        if (table.freeAccelerators() < order.accelerators()) {
            fabric.witness.acceleratorsLacking(host(), order);
            end(RankState.FAILED, "not enough accelerators are free");
            return;
        }
        alive = true;
        phase = RunPhase.RUNNING;
        ranks = RankState.RUNNING;
        fabric.witness.ranksBegan(host(), order);
        table.changed(this);
        gang = fabric.gang(this);
        gang.join(this);
    }

    void progressed(Progress latest) {
        progress = Optional.of(latest);
        table.progressed(this, latest);
    }

    // ---- its end

    /** The program ends by itself. */
    void exit(RankState how) {
        if (alive) {
            die(how == RankState.SUCCEEDED);
            ranks = phase == RunPhase.STOPPING ? RankState.STOPPED : how;
            table.changed(this);
            sweep(ranks, how == RankState.FAILED ? "crashed" : "");
        }
    }

    void stop(StopRun stop) {
        if (hasEnded() || gone) {
            return;
        }
        if (phase == RunPhase.STARTING) {
            end(RankState.STOPPED, stop.reason());
        } else if (alive) {
            long now = fabric.timeline.getAsLong();
            graces.order(stop, now);
            if (phase == RunPhase.RUNNING) {
                phase = RunPhase.STOPPING;
                message = stop.reason();
                table.changed(this);
                if (graces.isSignalled() && program().saves()) {
                    saveAfter(fabric.chance.millis(500, 8_000));
                }
            }
            dieAt(graces.deathNanos(now, program(), savedAtNanos));
        }
    }

    private void saveAfter(Duration saving) {
        savedAtNanos = fabric.timeline.getAsLong() + saving.toNanos();
        fabric.timeline.after(saving, () -> {
            if (alive && gang != null) {
                gang.save();
                if (program().exitsAfterSave()) {
                    exit(RankState.STOPPED);
                }
            }
        });
    }

    private void dieAt(long deathNanos) {
        if (death != null && death.isPending() && death.dueNanos() <= deathNanos) {
            return;
        }
        if (death != null) {
            death.cancel();
        }
        death = fabric.timeline.after(Duration.ofNanos(deathNanos - fabric.timeline.getAsLong()), () -> {
            if (alive) {
                die(false);
                sweep(RankState.STOPPED, message);
            }
        });
    }

    /** Without any grace. */
    void kill(String why) {
        if (phase == RunPhase.STARTING) {
            end(RankState.STOPPED, why);
        } else if (alive) {
            message = why;
            phase = RunPhase.STOPPING;
            dieAt(fabric.timeline.getAsLong() + fabric.chance.millis(0, 20).toNanos());
        }
    }

    /** The agent is dead and with it all it knew; the processes die with it, a little later unless the host is dead too. */
    void vanish(Duration later) {
        gone = true;
        if (alive) {
            fabric.timeline.after(later, () -> {
                if (alive) {
                    die(false);
                }
            });
        }
    }

    private void die(boolean succeeded) {
        alive = false;
        fabric.witness.ranksEnded(host(), order, succeeded);
        if (gang != null) {
            gang.leave(this);
        }
    }

    private void sweep(RankState how, String why) {
        fabric.timeline.after(fabric.chance.millis(25, 150), () -> end(how, why));
    }

    private void end(RankState how, String why) {
        if (!hasEnded() && !gone) {
            phase = RunPhase.ENDED;
            ranks = how;
            message = why;
            table.changed(this);
        }
    }

    private TrainingProgram program() {
        return fabric.program(this);
    }
}
