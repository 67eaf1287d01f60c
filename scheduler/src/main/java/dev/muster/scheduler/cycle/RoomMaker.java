package dev.muster.scheduler.cycle;

import dev.muster.scheduler.placement.GangPlacer;
import dev.muster.scheduler.workload.WaitingJob;
import java.time.Instant;
import java.util.Optional;

/** Lets a job start for which others give way, where the policy allows that. */
@SuppressWarnings("UnusedVariable")
final class RoomMaker {

    private final GangPlacer placer;
    private final CyclePolicy policy;
    private final SchedulingState state;
    private final Instant now;
    private Optional<Instant> protectedUntil = Optional.empty();

    RoomMaker(GangPlacer placer, CyclePolicy policy, SchedulingState state, Instant now) {
        this.placer = placer;
        this.policy = policy;
        this.state = state;
        this.now = now;
    }

    void forget() {
        protectedUntil = Optional.empty();
    }

    boolean isProtected() {
        return protectedUntil.isPresent();
    }

    /** When the last job asked about could start by preemption, if only protection keeps it from that. */
    Optional<Instant> protectedUntil() {
        return protectedUntil;
    }

    /** The start, applied to the state; empty when there is no way. */
    Optional<Start> makeRoom(WaitingJob job, Tryout tryout) {
        if (!policy.preemption() && !policy.consolidation()) {
            return Optional.empty();
        }
        return Optional.empty();
    }
}
