package dev.muster.controller.simulation.world;

import dev.muster.controller.loop.FaultHandler.Fault;
import dev.muster.controller.simulation.control.SimulatedController;
import dev.muster.controller.simulation.control.SimulatedLeader;
import dev.muster.controller.simulation.time.MachineClock;
import java.time.Duration;
import java.util.Optional;

/** Where one controller lives; whenever it ends, it is started again. */
final class ControllerSlot implements SimulatedController.Listener {

    private final World world;
    private final SimulatedController.Machine machine;
    private SimulatedController controller;
    private int lives;
    private boolean cutFromStore;
    private Duration downFor = Duration.ZERO;

    ControllerSlot(World world, SimulatedController.Machine machine) {
        this.world = world;
        this.machine = machine;
        controller = begin();
    }

    private SimulatedController begin() {
        SimulatedController next = new SimulatedController(machine, ++lives, this);
        next.cutFromStore(cutFromStore);
        world.network().serve(next);
        return next;
    }

    private void beginAfter(Duration delay) {
        world.timeline().after(delay, () -> {
            world.tell(name() + ": begins anew");
            controller = begin();
        });
    }

    String name() {
        return machine.name();
    }

    MachineClock clock() {
        return machine.clock();
    }

    SimulatedController controller() {
        return controller;
    }

    Optional<SimulatedLeader> leader() {
        return controller.leader();
    }

    boolean leads() {
        return leader().isPresent();
    }

    // ---- what befalls it

    void crash(boolean machineToo, Duration timeDown) {
        if (!controller.isDead()) {
            world.tell(name() + ": crashes");
            controller.kill();
            world.network().died(name(), machineToo);
            beginAfter(timeDown);
        }
    }

    void stop(Duration timeDown) {
        downFor = timeDown;
        controller.stop();
    }

    void pause(boolean clockToo, Duration duration) {
        world.tell(name() + ": stands still for " + duration.toMillis() + " ms" + (clockToo ? ", and its clock" : ""));
        controller.pause(clockToo, duration);
    }

    void resume() {
        controller.resume();
    }

    /** Only what several share is far enough away to be cut off from. */
    void cutFromStore(boolean off) {
        if (machine.shared()) {
            cutFromStore = off;
            controller.cutFromStore(off);
        }
    }

    // ---- what becomes of it

    @Override
    public void failed(SimulatedController failing, Fault fault) {
        world.tell(name() + ": fails");
        world.witness().controllerFailed(fault);
        downFor = world.chance().millis(200, 4_000);
    }

    @Override
    public void ended(SimulatedController dead) {
        world.tell(name() + ": has ended");
        world.network().died(name(), false);
        beginAfter(downFor);
    }

    @Override
    public void endsStreams(SimulatedController following) {
        world.tell(name() + ": leads no more");
        world.network().endStreams(name());
    }

    /** Who has been replaced and does not know it yet is not judged: what he believes is not what is stored. */
    @Override
    public void atRest(SimulatedLeader leader) {
        if (leader.token() == world.disk().records().leaderTerm()) {
            world.witness().atRest(leader.core());
        }
    }
}
