package dev.muster.scheduler.cycle;

import dev.muster.scheduler.placement.GangPlacer;
import dev.muster.scheduler.preemption.PreemptionAnswer;
import dev.muster.scheduler.preemption.PreemptionPlan;
import dev.muster.scheduler.preemption.PreemptionPlanner;
import dev.muster.scheduler.preemption.PreemptionPolicy;
import dev.muster.scheduler.preemption.PreemptionRefusal;
import dev.muster.scheduler.preemption.StepBudget;
import dev.muster.scheduler.preemption.Victim;
import dev.muster.scheduler.workload.WaitingJob;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Lets a job start for which others give way, where the policy allows that. */
final class RoomMaker {

    private final PreemptionPlanner planner;
    private final CyclePolicy policy;
    private final SchedulingState state;
    private final Instant now;
    private final StepBudget budget = StepBudget.ofCycle();
    private Optional<Instant> protectedUntil = Optional.empty();

    RoomMaker(GangPlacer placer, CyclePolicy policy, SchedulingState state, Instant now) {
        this.planner = new PreemptionPlanner(
                placer,
                new PreemptionPolicy(
                        policy.preemption(),
                        policy.consolidation(),
                        policy.priorityAcrossQueues(),
                        policy.elasticity(),
                        policy.restartCost()));
        this.policy = policy;
        this.state = state;
        this.now = now;
    }

    /** When the job asked about last could start by preemption, if only protection keeps it from that. */
    Optional<Instant> protectedUntil() {
        return protectedUntil;
    }

    /** Nobody was asked about. */
    void forget() {
        protectedUntil = Optional.empty();
    }

    /** The start, applied to the state; empty when there is no way, or only one in the way of a planned start. */
    Optional<Start> makeRoom(WaitingJob job, Tryout tryout) {
        protectedUntil = Optional.empty();
        if (!policy.preemption() && !policy.consolidation()) {
            return Optional.empty();
        }
        long version = state.cluster().version();
        Optional<Optional<Instant>> known = state.agenda().refusal(job, version);
        if (known.isPresent()
                && known.get().filter(moment -> !moment.isAfter(now)).isEmpty()) {
            protectedUntil = known.get();
            return Optional.empty();
        }
        PreemptionAnswer answer = planner.plan(state.cluster(), state.queues(), state.workload(), job, now, budget);
        if (answer instanceof PreemptionRefusal refusal) {
            protectedUntil = refusal.possibleAt();
            if (state.cluster().version() == version) {
                state.agenda().refused(job, protectedUntil);
            }
            return Optional.empty();
        }
        Start start = start(job, (PreemptionPlan) answer);
        Application.apply(start, state);
        boolean inTheWay = tryout.isInTheWay(start.run())
                || start.moves().stream().anyMatch(move -> tryout.isInTheWay(move.after()));
        if (inTheWay) {
            Application.undo(start, state);
            state.agenda().isAsBefore(version, state.cluster().version());
            return Optional.empty();
        }
        return Optional.of(start);
    }

    private Start start(WaitingJob job, PreemptionPlan plan) {
        List<Preemption> preemptions =
                plan.victims().stream().map(RoomMaker::preemption).toList();
        List<Change> moves = plan.moves().stream()
                .map(move -> new Change(move.before(), move.after()))
                .toList();
        return new Start(job, Application.running(job, plan.placement(), now), plan.placement(), preemptions, moves);
    }

    private static Preemption preemption(Victim victim) {
        return new Preemption(victim.run(), victim.left());
    }
}
