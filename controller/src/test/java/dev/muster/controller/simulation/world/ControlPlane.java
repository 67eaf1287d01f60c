package dev.muster.controller.simulation.world;

import dev.muster.controller.session.SessionSettings;
import dev.muster.controller.simulation.control.ControllerCore;
import dev.muster.controller.simulation.control.SimulatedController;
import dev.muster.controller.simulation.control.SimulatedLeader;
import dev.muster.controller.simulation.control.Wiring;
import dev.muster.controller.simulation.time.Chance;
import dev.muster.controller.simulation.time.MachineClock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The controllers of a world: one with a disk of its own, or two that share a store. */
final class ControlPlane {

    private static final SessionSettings SETTINGS = new SessionSettings(
            SessionSettings.DEFAULT.heartbeatInterval(),
            SessionSettings.DEFAULT.lostAfterClose(),
            SessionSettings.DEFAULT.lostAfterSilence(),
            SessionSettings.DEFAULT.settleTime(),
            Duration.ofSeconds(45));

    private final Chance chance;
    private final List<ControllerSlot> slots;

    ControlPlane(World world, Wiring wiring) {
        chance = world.chance().apart();
        boolean shared = chance.happens(0.5);
        slots = (shared ? List.of("c1", "c2") : List.of("c1"))
                .stream()
                        .map(name -> new ControllerSlot(
                                world,
                                new SimulatedController.Machine(
                                        name,
                                        shared,
                                        world.timeline(),
                                        new MachineClock(world.timeline()),
                                        chance.apart(),
                                        world.disk(),
                                        Shape.CLUSTER,
                                        SETTINGS,
                                        wiring,
                                        world::nextUid,
                                        world::restarting)))
                        .toList();
    }

    List<String> names() {
        return slots.stream().map(ControllerSlot::name).toList();
    }

    List<ControllerSlot> slots() {
        return slots;
    }

    List<MachineClock> clocks() {
        return slots.stream().map(ControllerSlot::clock).toList();
    }

    /** Whoever leads, or believes to; any of them where there are two. */
    Optional<SimulatedLeader> leader() {
        return leading().flatMap(ControllerSlot::leader);
    }

    private Optional<ControllerSlot> leading() {
        List<ControllerSlot> leading =
                slots.stream().filter(ControllerSlot::leads).toList();
        return leading.isEmpty() ? Optional.empty() : Optional.of(chance.oneOf(leading));
    }

    /** Asks whoever leads, or believes to: a follower points there. */
    void ask(Consumer<ControllerCore> question) {
        leading().ifPresent(slot -> slot.controller().ask(question));
    }
}
