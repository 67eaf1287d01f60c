package dev.muster.scheduler.cycle;

import dev.muster.scheduler.explain.Explanation;
import dev.muster.scheduler.job.JobKey;
import dev.muster.scheduler.placement.GangPlacer;
import dev.muster.scheduler.workload.WaitingJob;
import java.time.Instant;
import java.util.Optional;

/** Decides which waiting jobs start, where, and who gives way for them. */
public final class SchedulingCycle {

    private final GangPlacer placer;
    private final CyclePolicy policy;

    public SchedulingCycle(GangPlacer placer, CyclePolicy policy) {
        this.placer = placer;
        this.policy = policy;
    }

    /**
     * Decides one cycle. What is decided <em>stays applied</em> to the state: started jobs run there, stopped gangs are gone (they do
     * not wait: whoever calls submits them again), moved and grown ones are replaced. A caller that cannot commit a start takes it
     * back with {@link #undo}, the newest first.
     */
    public CycleResult decide(SchedulingState state, Instant now) {
        throw new IllegalStateException("work in progress: " + placer + policy + state + now);
    }

    /** Takes a start back with all that gave way for it; the job waits again. */
    public static void undo(Start start, SchedulingState state) {
        throw new IllegalStateException("work in progress: " + start + state);
    }

    /** Why a job waits, as things stand now, and what would let it start. Changes nothing. */
    public Explanation explain(SchedulingState state, WaitingJob job, Instant now) {
        throw new IllegalStateException("work in progress: " + state + job + now);
    }

    /** What would become of a job now, submitted or not. Changes nothing. */
    public DryRun dryRun(SchedulingState state, WaitingJob job, Instant now) {
        throw new IllegalStateException("work in progress: " + state + job + now);
    }

    /**
     * Makes a running gang whole again that has pods on hosts that are excluded as lost: survivors stay, lost pods move to hosts that
     * its topology allows. An elastic gang that cannot be made whole goes on with fewer. Applied to the state.
     *
     * @return empty when there is no way; then nothing is changed, and whoever calls stops the gang with {@link SchedulingState#stop}
     */
    public Optional<Change> repair(SchedulingState state, JobKey key, Instant now) {
        throw new IllegalStateException("work in progress: " + state + key + now);
    }
}
