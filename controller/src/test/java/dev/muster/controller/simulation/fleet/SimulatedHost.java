package dev.muster.controller.simulation.fleet;

import dev.muster.controller.session.AgentMessage;
import dev.muster.controller.session.AgentMessage.Registration;
import dev.muster.controller.session.AgentMessage.RunReport;
import dev.muster.controller.state.HealthEvent;
import dev.muster.controller.workload.RankState;
import dev.muster.controller.workload.RankStatus;
import dev.muster.controller.workload.RunPhase;
import dev.muster.scheduler.job.ResourceVector;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** A host with its accelerators, its kernel, its disk, and the agent that lives on it, dies, and begins anew. */
public final class SimulatedHost {

    public static final int ACCELERATORS = 4;
    public static final ResourceVector CAPACITY = ResourceVector.of(ACCELERATORS, 64_000, 256L << 30);

    /** How much the clocks of hosts may differ in rate. */
    private static final double MOST_DRIFT = 2e-4;

    private final String name;
    private final Fabric fabric;
    private final AgentRules rules;
    private final List<String> controllers;
    private final double clockRate;
    private final Map<String, Long> fences = new HashMap<>();
    private Optional<SimulatedAgent> agent = Optional.empty();
    private int life;
    private int boot = 1;
    private int healthEvents;

    public SimulatedHost(String name, Fabric fabric, AgentRules rules, List<String> controllers) {
        this.name = name;
        this.fabric = fabric;
        this.rules = rules;
        this.controllers = controllers;
        this.clockRate = 1 + MOST_DRIFT * (fabric.chance.between(-100, 100) / 100.0);
        startAgent();
    }

    public String name() {
        return name;
    }

    String agentId() {
        return name + "-life-" + life;
    }

    Registration registration(RunTable table) {
        return new Registration(
                name,
                agentId(),
                name + "-boot-" + boot,
                "1.0",
                name,
                List.of(),
                CAPACITY,
                Optional.empty(),
                List.of(),
                table.all().stream().map(SimulatedRun::report).toList(),
                Collections.emptySortedMap());
    }

    // ---- its disk

    boolean isFenced(String jobUid, long epoch) {
        return fences.getOrDefault(jobUid, 0L) >= epoch;
    }

    void fence(String jobUid, long epoch) {
        fences.merge(jobUid, epoch, Math::max);
    }

    // ---- what befalls it

    public boolean isUp() {
        return agent.isPresent();
    }

    public boolean isRegistered() {
        return agent.filter(SimulatedAgent::isRegistered).isPresent();
    }

    /** The agent begins; where it had a former life, once nothing of that is left. */
    public void startAgent() {
        if (agent.isEmpty()) {
            life++;
            SimulatedAgent next = new SimulatedAgent(this, fabric, rules, clockRate, controllers);
            agent = Optional.of(next);
            next.connect();
        }
    }

    /** Kills the agent; guards kill its ranks a moment later, and a new life that begins looks for them first. */
    public void crashAgent(Duration downFor) {
        Duration ranksDieWithin = fabric.chance.millis(1, 200);
        goDown(ranksDieWithin, downFor.plus(ranksDieWithin));
    }

    /** Power is lost, and what was written last with it. */
    public void crash(Duration downFor) {
        if (isUp()) {
            boot++;
            if (fabric.chance.happens(0.5)) {
                fences.clear();
            }
            goDown(Duration.ZERO, downFor);
        }
    }

    private void goDown(Duration ranksDieWithin, Duration downFor) {
        agent.ifPresent(dying -> {
            agent = Optional.empty();
            dying.die(ranksDieWithin);
            fabric.timeline.after(downFor, this::startAgent);
        });
    }

    public void reportHealth(HealthEvent.Severity severity, boolean again) {
        if (!again || healthEvents == 0) {
            healthEvents++;
        }
        HealthEvent event = new HealthEvent(
                name + "-health-" + healthEvents,
                fabric.clock.instant().truncatedTo(ChronoUnit.MILLIS),
                "xid",
                severity == HealthEvent.Severity.FATAL ? "79" : "31",
                OptionalInt.of(fabric.chance.below(ACCELERATORS)),
                "",
                severity,
                "simulated",
                "");
        agent.ifPresent(present -> present.health(event));
    }

    /** Tells of an attempt that is long over here, or never was, as if it were now. */
    public void lieAboutOldEpoch(String jobUid, long presentEpoch, int ranks) {
        if (presentEpoch < 2) {
            return;
        }
        long epoch = 1L + fabric.chance.below((int) presentEpoch - 1);
        // Not that it is stopping: who says so is believed that it will say when it has stopped.
        RunPhase phase = fabric.chance.oneOf(List.of(RunPhase.STARTING, RunPhase.RUNNING, RunPhase.ENDED));
        RankState state = phase == RunPhase.ENDED
                ? fabric.chance.oneOf(List.of(RankState.SUCCEEDED, RankState.FAILED, RankState.STOPPED))
                : RankState.RUNNING;
        List<RankStatus> lies = new ArrayList<>();
        for (int rank = 0; rank < ranks; rank++) {
            lies.add(new RankStatus(rank, state, 0, "", List.of()));
        }
        AgentMessage lie = new RunReport(jobUid, epoch, phase, lies, "a lie");
        agent.ifPresent(present -> present.lie(lie));
    }

    /** Ranks that have processes. */
    public int runsAlive() {
        return agent.map(present -> (int) present.table().all().stream()
                        .filter(SimulatedRun::isAlive)
                        .count())
                .orElse(0);
    }

    /** A process of one of its ranks crashes. */
    public void crashRank() {
        agent.flatMap(present -> present.table().all().stream()
                        .filter(SimulatedRun::isAlive)
                        .findFirst())
                .ifPresent(run -> run.exit(RankState.FAILED));
    }
}
