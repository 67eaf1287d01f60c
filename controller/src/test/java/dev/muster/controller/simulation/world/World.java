package dev.muster.controller.simulation.world;

import dev.muster.controller.operations.FleetOperations.NodeAction;
import dev.muster.controller.simulation.control.ControllerCore;
import dev.muster.controller.simulation.disk.SimulatedDisk;
import dev.muster.controller.simulation.fleet.Fabric;
import dev.muster.controller.simulation.fleet.SimulatedHost;
import dev.muster.controller.simulation.invariant.AcknowledgedJobNeverLost;
import dev.muster.controller.simulation.invariant.AttemptsFollowEachOther;
import dev.muster.controller.simulation.invariant.BooksBalance;
import dev.muster.controller.simulation.invariant.CommittedBeforeActed;
import dev.muster.controller.simulation.invariant.ControllerNeverBreaks;
import dev.muster.controller.simulation.invariant.FinishedMeansDone;
import dev.muster.controller.simulation.invariant.GangsStartWhole;
import dev.muster.controller.simulation.invariant.Invariants;
import dev.muster.controller.simulation.invariant.LedgerAddsUp;
import dev.muster.controller.simulation.invariant.ModelIsWhatIsStored;
import dev.muster.controller.simulation.invariant.NoAcceleratorTwice;
import dev.muster.controller.simulation.invariant.OldTermsAreNotObeyed;
import dev.muster.controller.simulation.invariant.OneAttemptMakesProgress;
import dev.muster.controller.simulation.invariant.OnlyTheLeaderCommits;
import dev.muster.controller.simulation.invariant.QueuesKeepTheirMaximum;
import dev.muster.controller.simulation.invariant.SparesNeverRunTwice;
import dev.muster.controller.simulation.invariant.Violation;
import dev.muster.controller.simulation.invariant.WaitingHasAReason;
import dev.muster.controller.simulation.invariant.Witness;
import dev.muster.controller.simulation.network.SimulatedNetwork;
import dev.muster.controller.simulation.time.Chance;
import dev.muster.controller.simulation.time.Chronicle;
import dev.muster.controller.simulation.time.MachineClock;
import dev.muster.controller.simulation.time.Timeline;
import dev.muster.controller.state.JobPhase;
import dev.muster.controller.state.JobRecord;
import dev.muster.controller.state.StopCause;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * One controller or two, their store, the network, six hosts, their users and operators, all in one thread and from one seed. First
 * everything fails that the seed selects; then nothing fails any more, and within bounded time every job must have ended.
 */
final class World {

    private static final Duration LONGEST_SETTLING = Duration.ofHours(3);
    private static final Duration LAST_LOOK = Duration.ofSeconds(60);
    private static final Duration TIDIED_EVERY = Duration.ofSeconds(20);

    private final Timeline timeline = new Timeline();
    private final Chronicle chronicle = new Chronicle(timeline);
    private final MachineClock clock = new MachineClock(timeline);
    private final Chance chance;
    private final Witness witness = new Invariants(List.of(
            new Narrator(chronicle),
            new ControllerNeverBreaks(),
            new NoAcceleratorTwice(SimulatedHost.ACCELERATORS),
            new OnlyTheLeaderCommits(),
            new OldTermsAreNotObeyed(),
            new OneAttemptMakesProgress(),
            new AcknowledgedJobNeverLost(),
            new AttemptsFollowEachOther(),
            new GangsStartWhole(),
            new CommittedBeforeActed(),
            new SparesNeverRunTwice(),
            new QueuesKeepTheirMaximum(Shape.CLUSTER.queues()),
            new LedgerAddsUp(),
            new FinishedMeansDone(),
            new BooksBalance(),
            new ModelIsWhatIsStored(),
            new WaitingHasAReason(timeline)));
    private final SimulatedDisk disk;
    private final SimulatedNetwork network;
    private final Fabric fabric;
    private final ControlPlane controllers;
    private final List<SimulatedHost> hosts;
    private final Users users;
    private final Faults faults;
    private final Duration faultsLast;
    private double partOfAnswersLost;
    private int uids;
    private int preemptions;

    World(long seed, Planted planted) {
        chance = new Chance(seed);
        disk = new SimulatedDisk(timeline, chance.apart(), witness);
        disk.weather().forgetting(planted.forgottenCommits());
        network = new SimulatedNetwork(timeline, chance.apart());
        fabric = new Fabric(timeline, chance.apart(), clock, network, witness);
        controllers = new ControlPlane(this, planted.wiring());
        hosts = Shape.CLUSTER.hosts().stream()
                .map(host -> new SimulatedHost(host.name(), fabric, planted.rules(), controllers.names()))
                .toList();
        users = new Users(this);
        faults = new Faults(this, FaultPlan.random(chance.apart()));
        faultsLast = chance.millis(120_000, 480_000);
        users.begin(chance.between(6, 14), faultsLast.toMillis() / 14.0);
    }

    /** Lives through it all. Throws a {@link Violation} at the first thing that must not be. */
    void run() {
        while (timeline.now().compareTo(faultsLast) < 0) {
            timeline.step();
        }
        tell("world: no more faults");
        faults.end();
        tidy();
        Duration bound = timeline.now().plus(LONGEST_SETTLING);
        while (!isSettled()) {
            if (timeline.now().compareTo(bound) > 0) {
                throw new Violation(
                        "EverythingSettles",
                        "after " + LONGEST_SETTLING.toHours() + " hours without a fault: " + whatIsLeft());
            }
            timeline.step();
        }
        Duration end = timeline.now().plus(LAST_LOOK);
        while (timeline.now().compareTo(end) < 0) {
            timeline.step();
        }
        requireOrder();
        witness.settled();
        disk.close();
    }

    private boolean isSettled() {
        return hosts.stream().allMatch(SimulatedHost::isRegistered)
                && users.everyoneIsAnswered()
                && disk.records().jobs().values().stream()
                        .allMatch(job -> job.phase().isTerminal());
    }

    private String whatIsLeft() {
        return disk.records().jobs().values().stream()
                .filter(job -> !job.phase().isTerminal())
                .map(job -> job.key().name() + " of " + job.spec().gang() + " "
                        + job.spec().topology() + " is " + job.phase() + ", " + reason(job))
                .toList()
                .toString();
    }

    private String reason(JobRecord job) {
        return controllers
                .leader()
                .filter(leader -> job.phase() == JobPhase.PENDING)
                .flatMap(leader -> leader.core()
                        .scheduling()
                        .forecast(job, clock.instant())
                        .waiting())
                .map(waiting -> waiting.rejection().text())
                .orElse("without a reason");
    }

    private void requireOrder() {
        for (SimulatedHost host : hosts) {
            if (!host.isRegistered() || host.runsAlive() > 0) {
                throw new Violation(
                        "EverythingSettles",
                        host.name() + (host.isRegistered() ? " still has ranks" : " has not come back"));
            }
        }
    }

    /** Whoever closed a host or held a job has forgotten to open it; somebody does so now and then. */
    private void tidy() {
        users.releaseAll();
        for (SimulatedHost host : hosts) {
            operate(host, NodeAction.UNCORDON);
            operate(host, NodeAction.RELEASE);
        }
        timeline.after(TIDIED_EVERY, this::tidy);
    }

    // ---- controllers

    ControlPlane controllers() {
        return controllers;
    }

    void askController(Consumer<ControllerCore> question) {
        controllers.ask(question);
    }

    void operate(SimulatedHost host, NodeAction action) {
        askController(core -> {
            var unused = core.fleet().change(host.name(), action, "simulated");
        });
    }

    /** Somebody sets the clock of the hosts or of a controller. */
    void jumpClock(Duration by) {
        List<MachineClock> clocks = new ArrayList<>(controllers.clocks());
        clocks.add(clock);
        chance.oneOf(clocks).jump(by);
        witness.clockJumped();
    }

    String nextUid() {
        return "uid-" + ++uids;
    }

    void restarting(StopCause.Kind cause) {
        preemptions += cause == StopCause.Kind.PREEMPTION ? 1 : 0;
    }

    // ---- what its parts have in common

    void loseAnswers(double part) {
        partOfAnswersLost = part;
    }

    double partOfAnswersLost() {
        return partOfAnswersLost;
    }

    void tell(String line) {
        chronicle.tell(line);
    }

    Chronicle chronicle() {
        return chronicle;
    }

    Timeline timeline() {
        return timeline;
    }

    Chance chance() {
        return chance;
    }

    Witness witness() {
        return witness;
    }

    SimulatedDisk disk() {
        return disk;
    }

    SimulatedNetwork network() {
        return network;
    }

    Fabric fabric() {
        return fabric;
    }

    List<SimulatedHost> hosts() {
        return hosts;
    }

    Users users() {
        return users;
    }

    int preemptions() {
        return preemptions;
    }
}
