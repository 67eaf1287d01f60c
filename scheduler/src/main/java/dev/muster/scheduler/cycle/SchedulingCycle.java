package dev.muster.scheduler.cycle;

import dev.muster.scheduler.explain.Explanation;
import dev.muster.scheduler.job.JobKey;
import dev.muster.scheduler.placement.GangPlacer;
import dev.muster.scheduler.workload.RunningJob;
import dev.muster.scheduler.workload.WaitingJob;
import java.time.Instant;
import java.util.Optional;

/**
 * Decides which waiting jobs start, where, and who gives way for them.
 *
 * <p>Goals: what the sharing policy promises. Jobs are considered by guaranteed share, priority, fair share and age. A job that does not
 * fit never stops one behind it, except through a planned start. Nobody is preempted for a job that then does not start.
 *
 * <p>Constraints: whole gangs; no host beyond its capacity; no queue beyond its maximum. The same input has the same outcome.
 *
 * <p>Algorithm: 1. Jobs that ask for the same form a cohort. The cohorts of all queues take turns, the one whose first job comes first.
 * 2. A job that fits into free room, and leaves alone what is planned for others, starts; the next sees what is left. 3. One that does
 * not may preempt or move others. 4. If nothing helps and its queue has no plan yet, its earliest start is planned. What was refused
 * for lack of room is refused to its whole cohort. 5. Elastic gangs that shrank grow into what is left.
 *
 * <p>Example: 10 hosts, 6 of them used until 10:00. A gang of 8 is planned for 10:00; behind it a gang of 4 that ends by 10:00 starts
 * now, one that ends later waits because it would be in the way.
 *
 * <p>Complexity: one placement for each start and one refusal for each different request that waits; the number of jobs behind a refused
 * one does not matter. Backfilling with planned starts is EASY (Lifka 1995).
 */
public final class SchedulingCycle {

    private final GangPlacer placer;
    private final CyclePolicy policy;

    public SchedulingCycle(GangPlacer placer, CyclePolicy policy) {
        this.placer = placer;
        this.policy = policy;
    }

    public CyclePolicy policy() {
        return policy;
    }

    /**
     * Decides one cycle. What is decided <em>stays applied</em> to the state: started jobs run there, stopped gangs are gone (they do
     * not wait: whoever calls submits them again), moved and grown ones are replaced. A caller that cannot commit a start takes it
     * back with {@link #undo}, the newest first.
     */
    public CycleResult decide(SchedulingState state, Instant now) {
        return decide(state, now, Integer.MAX_VALUE);
    }

    /**
     * As above, for a caller that cannot use more than so many starts at once: the cycle ends there, and another one at the same moment
     * goes on where it ended. Policies that pack everything anew know no such end.
     */
    public CycleResult decide(SchedulingState state, Instant now, int mostStarts) {
        return policy.order().repacks()
                ? new Repacking(placer, policy, state, now).run()
                : new CycleRun(placer, policy, state, now, mostStarts).run();
    }

    /** Takes a start back with all that gave way for it; the job waits again. */
    public static void undo(Start start, SchedulingState state) {
        Application.undo(start, state);
    }

    /** Why a job waits, as things stand now, and what would let it start. Changes nothing. */
    public Explanation explain(SchedulingState state, WaitingJob job, Instant now) {
        return new Explainer(placer, policy, state, now).explain(job);
    }

    /** Why a job waits, and its planned start if it has one, but nothing that takes a search; for lists. Changes nothing. */
    public Explanation brief(SchedulingState state, WaitingJob job, Instant now) {
        return new Explainer(placer, policy, state, now).brief(job);
    }

    /** What would become of a job now, submitted or not. Changes nothing. */
    public DryRun dryRun(SchedulingState state, WaitingJob job, Instant now) {
        return new Explainer(placer, policy, state, now).dryRun(job);
    }

    /**
     * Makes a running gang whole again that has pods on hosts that are excluded as lost or quarantined: survivors stay, lost pods move to
     * hosts that its topology allows. An elastic gang that cannot be made whole goes on with fewer. Applied to the state.
     *
     * @return empty when there is no way, or nothing is lost; then nothing is changed, and a caller whose gang has lost pods stops it
     *     with {@link SchedulingState#stop}
     */
    public Optional<Change> repair(SchedulingState state, JobKey key) {
        return new Recovery(placer, state).repair(key);
    }

    /**
     * Whether a gang that runs with fewer hosts than it asked for could have more now, within its queue's maximum and
     * without being in the way of a planned start. Changes nothing.
     */
    public boolean couldGrow(SchedulingState state, RunningJob run, Instant now) {
        Tryout tryout = new Tryout(placer, state, state.agenda().reservations(), now);
        return new Growth(placer, state, tryout).grown(run).isPresent();
    }
}
