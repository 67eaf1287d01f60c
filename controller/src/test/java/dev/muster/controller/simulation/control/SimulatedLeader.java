package dev.muster.controller.simulation.control;

import dev.muster.controller.election.Leadership;
import dev.muster.controller.loop.FaultHandler;
import dev.muster.controller.loop.LoopListener;
import dev.muster.controller.loop.LoopPorts;
import dev.muster.controller.loop.LoopSettings;
import dev.muster.controller.loop.SteadyClock;
import dev.muster.controller.loop.SteppedEventLoop;
import dev.muster.controller.session.AgentGateway;
import dev.muster.controller.simulation.control.SimulatedController.Machine;
import dev.muster.controller.simulation.disk.StoreConnection;
import dev.muster.controller.simulation.time.Alarm;
import dev.muster.controller.simulation.time.Chance;
import dev.muster.controller.simulation.time.SimulatedProcess;
import dev.muster.controller.simulation.time.SimulatedThread;
import dev.muster.controller.store.Condition;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One time of leading: the real core, whose loop turns a little after there is something to do, as a thread that is woken
 * does.
 */
public final class SimulatedLeader {

    private final Chance chance;
    private final SimulatedProcess process;
    private final SimulatedThread thread;
    private final Leadership leadership;
    private final long token;
    private final Consumer<SimulatedLeader> onRest;
    private final SteppedEventLoop loop;
    private final ControllerCore core;
    private final AgentGateway gateway;
    private @Nullable Alarm nextTurn;
    private long nextTurnNanos;
    private @Nullable Runnable onFinished;
    private boolean over;

    /** Begins to lead with what the store holds. */
    SimulatedLeader(
            Machine machine,
            SimulatedProcess process,
            StoreConnection store,
            Leadership leadership,
            FaultHandler onFault,
            Consumer<SimulatedLeader> onRest) {
        this.process = process;
        this.leadership = leadership;
        this.onRest = onRest;
        chance = machine.chance().apart();
        thread = process.thread();
        token = token(leadership.fence());
        store.decidesIn(token, machine.wiring()::written);
        InstantSource steady = new SteadyClock(machine.clock(), process);
        loop = new SteppedEventLoop(
                new LoopPorts(
                        store,
                        machine.wiring().fence(leadership),
                        fault -> {
                            over = true;
                            onFault.onFault(fault);
                        },
                        LoopListener.NONE,
                        () -> steady.instant().truncatedTo(ChronoUnit.MILLIS),
                        process),
                LoopSettings.DEFAULT);
        core = new ControllerCore(new ControllerCore.Parts(
                machine.disk().atOnce(),
                leadership,
                loop,
                process,
                machine.wiring().shape(machine.shape()),
                machine.settings(),
                machine.wiring(),
                machine.uids(),
                machine.restarts()));
        gateway = machine.wiring().gateway(core.sessions(), core);
        core.resume();
        wake();
    }

    private static long token(List<Condition> fence) {
        return fence.stream()
                .filter(Condition.ModifiedAt.class::isInstance)
                .map(Condition.ModifiedAt.class::cast)
                .findFirst()
                .orElseThrow()
                .modRevision();
    }

    /** The revision at which it wrote the leader key. */
    public long token() {
        return token;
    }

    /** The term that agents are told. */
    public long term() {
        return leadership.term();
    }

    public ControllerCore core() {
        return core;
    }

    /** Where streams of agents arrive. Whatever is done with it, {@link #wake} must follow. */
    AgentGateway gateway() {
        return gateway;
    }

    /** It leads no more; whatever is under way is not done. */
    void end() {
        over = true;
        loop.endClose();
    }

    /** Does what is queued, and then says so. */
    void finish(Runnable whenFinished) {
        onFinished = whenFinished;
        loop.beginClose();
        turnAfter(Duration.ZERO);
    }

    /** There may be something to do: the loop turns soon. */
    void wake() {
        turnAfter(Duration.ofNanos(20_000L + 1_000L * chance.below(1_000)));
    }

    private void turnAfter(Duration delay) {
        if (over) {
            return;
        }
        long due = process.getAsLong() + delay.toNanos();
        if (nextTurn != null && nextTurn.isPending()) {
            if (nextTurnNanos <= due) {
                return;
            }
            nextTurn.cancel();
        }
        nextTurnNanos = due;
        nextTurn = thread.after(delay, this::turn);
    }

    private void turn() {
        if (over) {
            return;
        }
        boolean worked = loop.turn();
        if (over || process.hasEnded()) {
            return;
        }
        Runnable finished = onFinished;
        if (finished != null && loop.isIdle()) {
            onFinished = null;
            finished.run();
            return;
        }
        if (worked && !loop.isIdle()) {
            wake();
        }
        OptionalLong timer = loop.nanosToNextTimer();
        if (timer.isPresent()) {
            // One that is due waits for commits on their way; their answers wake the loop.
            turnAfter(Duration.ofNanos(Math.max(1_000_000, timer.getAsLong())));
        }
        if (worked && loop.isIdle()) {
            onRest.accept(this);
        }
    }
}
