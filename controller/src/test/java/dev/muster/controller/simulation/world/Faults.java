package dev.muster.controller.simulation.world;

import dev.muster.controller.operations.FleetOperations.NodeAction;
import dev.muster.controller.simulation.disk.DiskWeather;
import dev.muster.controller.simulation.fleet.SimulatedHost;
import dev.muster.controller.simulation.time.Chance;
import dev.muster.controller.state.HealthEvent.Severity;
import dev.muster.controller.state.JobRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Lets the faults of a plan happen, until told that it is enough. */
final class Faults {

    private final World world;
    private final Chance chance;
    private boolean over;

    Faults(World world, FaultPlan plan) {
        this.world = world;
        this.chance = world.chance().apart();
        plan.meanMillis().forEach(this::again);
    }

    private void again(FaultKind kind, double meanMillis) {
        world.timeline().after(chance.exponentialMillis(meanMillis), () -> {
            if (!over) {
                strike(kind);
                again(kind, meanMillis);
            }
        });
    }

    /** What still is broken is mended, and nothing new happens. */
    void end() {
        over = true;
        world.hosts().forEach(this::reconnect);
        world.controllers().slots().forEach(this::reconnect);
        world.disk().weather().fair();
        world.network().latency().usual();
        world.loseAnswers(0);
    }

    private void strike(FaultKind kind) {
        SimulatedHost host = chance.oneOf(world.hosts());
        world.tell("fault: " + kind + " " + (isOfAHost(kind) ? host.name() : ""));
        switch (kind) {
            case CONTROLLER_CRASH -> aController().crash(chance.happens(0.25), usually(3_000));
            case CONTROLLER_STOP -> aController().stop(usually(3_000));
            case CONTROLLER_PAUSE -> pause(aController());
            case CONTROLLER_PARTITION -> partition(aController());
            case STORE_PARTITION -> storePartition(aController());
            case AGENT_CRASH -> host.crashAgent(usually(2_000));
            case HOST_CRASH -> host.crash(usually(20_000));
            case RANK_CRASH -> host.crashRank();
            case PARTITION -> partition(host, true, true);
            case ONE_WAY_PARTITION -> partition(host, chance.happens(0.5));
            case TORN_CONNECTION -> world.network().tear(host.name());
            case SLOW_NETWORK -> slowNetwork();
            case LOST_ANSWERS -> forAWhile(() -> world.loseAnswers(0.5), () -> world.loseAnswers(0));
            case SLOW_DISK -> weather(disk -> disk.slow(5, chance.between(100, 5_000)));
            case LOST_COMMITS -> weather(disk -> disk.failing(0.1, 0));
            case UNKNOWN_COMMITS -> weather(disk -> disk.failing(0, 0.1));
            case CLOCK_JUMP -> world.jumpClock(Duration.ofMillis(chance.between(-600_000, 600_000)));
            case OLD_EPOCH_LIES -> lie(host);
            case HEALTH_STORM -> healthStorm(host);
            case OPERATORS -> operate(host, chance.oneOf(List.of(NodeAction.values())));
            case CANCELLATIONS -> world.users().cancelOne();
            case HOLDS -> holdOrRelease();
        }
    }

    private static boolean isOfAHost(FaultKind kind) {
        return switch (kind) {
            case AGENT_CRASH,
                    HOST_CRASH,
                    RANK_CRASH,
                    PARTITION,
                    ONE_WAY_PARTITION,
                    TORN_CONNECTION,
                    OLD_EPOCH_LIES,
                    HEALTH_STORM,
                    OPERATORS -> true;
            default -> false;
        };
    }

    private Duration usually(int meanMillis) {
        return Duration.ofMillis(50).plus(chance.exponentialMillis(meanMillis));
    }

    // ---- the network

    private void partition(SimulatedHost host, boolean toController) {
        partition(host, toController, !toController);
    }

    /** Short or long, and as often as not from the other hosts too. */
    private void partition(SimulatedHost host, boolean toController, boolean toAgent) {
        world.network().block(host.name(), toController, toAgent);
        if (chance.happens(0.5)) {
            world.network().onFabric(host.name(), false);
        }
        world.timeline().after(usually(chance.happens(0.3) ? 60_000 : 6_000), () -> reconnect(host));
    }

    private void partition(ControllerSlot controller) {
        boolean both = chance.happens(0.5);
        boolean toController = chance.happens(0.5);
        world.network().blockController(controller.name(), both || toController, both || !toController);
        world.timeline().after(usually(8_000), () -> world.network().unblockController(controller.name()));
    }

    /** What puts whole machines to sleep shakes the network when it wakes them. */
    private void pause(ControllerSlot controller) {
        Duration duration = usually(5_000);
        boolean clockToo = chance.happens(0.5);
        controller.pause(clockToo, duration);
        if (clockToo) {
            Duration untilShaken = duration.minus(chance.millis(0, 1_000));
            world.timeline()
                    .after(
                            untilShaken,
                            () -> world.hosts().forEach(host -> world.network().tear(host.name())));
        }
    }

    private void storePartition(ControllerSlot controller) {
        controller.cutFromStore(true);
        world.timeline().after(usually(6_000), () -> controller.cutFromStore(false));
    }

    /** Faults of leaders are what matters, so followers are spared half of theirs. */
    private ControllerSlot aController() {
        ControllerSlot any = chance.oneOf(world.controllers().slots());
        return any.leads() || chance.happens(0.5)
                ? any
                : chance.oneOf(world.controllers().slots());
    }

    private void reconnect(SimulatedHost host) {
        world.network().unblock(host.name());
        world.network().onFabric(host.name(), true);
    }

    private void reconnect(ControllerSlot controller) {
        world.network().unblockController(controller.name());
        controller.cutFromStore(false);
        controller.resume();
    }

    private void slowNetwork() {
        int most = chance.between(20, 3_000);
        forAWhile(
                () -> world.network().latency().between(0, most),
                () -> world.network().latency().usual());
    }

    // ---- the disk

    private interface Change {
        void of(DiskWeather weather);
    }

    private void weather(Change change) {
        forAWhile(
                () -> change.of(world.disk().weather()),
                () -> world.disk().weather().fair());
    }

    private void forAWhile(Runnable begin, Runnable end) {
        begin.run();
        world.timeline().after(usually(8_000), end);
    }

    // ---- hosts, operators and users

    private void lie(SimulatedHost host) {
        List<JobRecord> jobs = new ArrayList<>(world.disk().records().jobs().values());
        if (!jobs.isEmpty()) {
            JobRecord job = chance.oneOf(jobs);
            host.lieAboutOldEpoch(
                    job.uid(), job.status().attempt(), job.spec().gang().ranksPerHost());
        }
    }

    private void healthStorm(SimulatedHost host) {
        Severity severity = chance.oneOf(List.of(Severity.values()));
        for (int events = chance.between(1, 40); events > 0; events--) {
            boolean again = chance.happens(0.5);
            world.timeline().after(chance.millis(0, 3_000), () -> host.reportHealth(severity, again));
        }
    }

    private void operate(SimulatedHost host, NodeAction action) {
        world.tell("operator: " + action + " " + host.name());
        world.operate(host, action);
    }

    private void holdOrRelease() {
        if (chance.happens(0.5)) {
            world.users().holdOne();
        } else {
            world.users().releaseOne();
        }
    }
}
