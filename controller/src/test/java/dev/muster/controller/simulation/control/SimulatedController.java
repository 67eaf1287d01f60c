package dev.muster.controller.simulation.control;

import dev.muster.controller.election.Leadership;
import dev.muster.controller.loop.FaultHandler.Fault;
import dev.muster.controller.loop.LoopListener;
import dev.muster.controller.loop.LoopPorts;
import dev.muster.controller.loop.LoopSettings;
import dev.muster.controller.loop.SteadyClock;
import dev.muster.controller.loop.SteppedEventLoop;
import dev.muster.controller.session.AgentGateway;
import dev.muster.controller.session.SessionSettings;
import dev.muster.controller.simulation.disk.SimulatedDisk;
import dev.muster.controller.simulation.disk.StoreConnection;
import dev.muster.controller.simulation.time.Alarm;
import dev.muster.controller.simulation.time.Chance;
import dev.muster.controller.simulation.time.MachineClock;
import dev.muster.controller.simulation.time.Timeline;
import dev.muster.scheduler.cluster.ClusterSpec;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The controller's process: the real core, whose loop turns a little after there is something to do, as a thread that is
 * woken does. It ends by being killed or by a fault.
 */
public final class SimulatedController {

    /** What all lives of it have in common. */
    public record Machine(
            Timeline timeline,
            MachineClock clock,
            Chance chance,
            SimulatedDisk disk,
            ClusterSpec shape,
            SessionSettings settings,
            Wiring wiring,
            Supplier<String> uids,
            ControllerCore.Restarts restarts) {}

    /** Hears what becomes of a life. */
    public interface Listener {
        void failed(SimulatedController controller, Fault fault);

        /** Nothing waits in its loop, and nothing is on its way to the disk. */
        void atRest(SimulatedController controller);
    }

    private final Machine machine;
    private final Chance chance;
    private final Listener listener;
    private final StoreConnection store;
    private final SteppedEventLoop loop;
    private final ControllerCore core;
    private final AgentGateway gateway;
    private @Nullable Alarm nextTurn;
    private boolean dead;

    /** Begins a life from what the disk holds. */
    public SimulatedController(Machine machine, Listener listener) {
        this.machine = machine;
        this.listener = listener;
        chance = machine.chance().apart();
        store = machine.disk().connect(this::wake);
        Leadership leadership = Leadership.take(store, "simulated").join();
        InstantSource steady = new SteadyClock(machine.clock(), machine.timeline());
        loop = new SteppedEventLoop(
                new LoopPorts(
                        store,
                        leadership::fence,
                        this::onFault,
                        LoopListener.NONE,
                        () -> steady.instant().truncatedTo(ChronoUnit.MILLIS),
                        machine.timeline()),
                LoopSettings.DEFAULT);
        core = new ControllerCore(new ControllerCore.Parts(
                store,
                leadership,
                loop,
                machine.timeline(),
                machine.shape(),
                machine.settings(),
                machine.wiring(),
                machine.uids(),
                machine.restarts()));
        gateway = machine.wiring().gateway(core.sessions(), core);
        store.opened();
        core.resume();
        wake();
    }

    private void onFault(Fault fault) {
        kill();
        listener.failed(this, fault);
    }

    /** Ends it as it stands. */
    public void kill() {
        dead = true;
        store.sever();
        if (nextTurn != null) {
            nextTurn.cancel();
        }
    }

    public boolean isDead() {
        return dead;
    }

    public ControllerCore core() {
        return core;
    }

    /** Where streams of agents arrive. Whatever is done with it, {@link #wake} must follow. */
    public AgentGateway gateway() {
        return gateway;
    }

    /** A call by a user or operator. */
    public void ask(Consumer<ControllerCore> question) {
        if (!dead) {
            question.accept(core);
            wake();
        }
    }

    /** There may be something to do: the loop turns soon. */
    public void wake() {
        turnAfter(Duration.ofNanos(20_000L + 1_000L * chance.below(1_000)));
    }

    private void turnAfter(Duration delay) {
        if (dead) {
            return;
        }
        long due = machine.timeline().getAsLong() + delay.toNanos();
        if (nextTurn != null && nextTurn.isPending()) {
            if (nextTurn.dueNanos() <= due) {
                return;
            }
            nextTurn.cancel();
        }
        nextTurn = machine.timeline().after(delay, this::turn);
    }

    private void turn() {
        boolean worked = loop.turn();
        if (dead) {
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
            listener.atRest(this);
        }
    }
}
