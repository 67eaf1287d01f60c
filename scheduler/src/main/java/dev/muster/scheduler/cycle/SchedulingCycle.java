package dev.muster.scheduler.cycle;

import dev.muster.scheduler.cluster.ClusterSnapshot;
import dev.muster.scheduler.explain.Explanation;
import dev.muster.scheduler.explain.Rejection;
import dev.muster.scheduler.job.JobKey;
import dev.muster.scheduler.placement.GangPlacer;
import dev.muster.scheduler.placement.Placement;
import dev.muster.scheduler.placement.PlacementResult;
import dev.muster.scheduler.placement.PlacementResult.Placed;
import dev.muster.scheduler.placement.PlacementResult.Refused;
import dev.muster.scheduler.queue.QueueOrder;
import dev.muster.scheduler.queue.QueueTree;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Decides which waiting jobs start.
 *
 * <p>Goals: jobs are considered by priority, then age, then name. A job that does not fit never stops one behind it. Every job
 * that waits has its reason.
 *
 * <p>Constraints: whole gangs; no host beyond its capacity; no queue beyond its maximum. The same input has the same outcome.
 *
 * <p>Algorithm: 1. for each job in order: if nothing refuses it, its hosts are taken into use and its queue is charged, so that the
 * next job sees what is left. 2. When all have had their turn, the reasons of those that wait are worked out again, with the
 * numbers of that moment.
 *
 * <p>Complexity: one placement for each start and one refusal for each different request that waits: in a cycle capacity only
 * shrinks, so what was refused once is refused without a search.
 */
public final class SchedulingCycle {

    private final GangPlacer placer;

    public SchedulingCycle(GangPlacer placer) {
        this.placer = placer;
    }

    /**
     * Decides one cycle. The starts <em>stay applied</em>: on return their hosts are allocated in the snapshot (one pod of
     * {@link Start#perHost} on each host and spare) and their queues are charged ({@link Start#charge}). A caller that cannot
     * commit a start takes it back with {@link #undo}.
     *
     * @param waiting in any order; keys differ
     * @param now the moment of the cycle; hosts under maintenance now are excluded in the snapshot already
     */
    public CycleResult decide(ClusterSnapshot cluster, QueueTree queues, Collection<WaitingJob> waiting, Instant now) {
        Admission admission = new Admission(placer, cluster, queues);
        List<WaitingJob> inOrder = new ArrayList<>(waiting);
        inOrder.sort(QueueOrder.PRIORITY_THEN_AGE);
        List<Start> starts = new ArrayList<>();
        List<WaitingJob> left = new ArrayList<>();
        for (WaitingJob job : inOrder) {
            Optional<Placement> placement = admission.tryStart(job).placed();
            if (placement.isPresent()) {
                starts.add(apply(job, placement.get(), cluster, queues));
            } else {
                left.add(job);
            }
        }
        SortedMap<JobKey, Rejection> reasons = new TreeMap<>();
        for (WaitingJob job : left) {
            admission.explain(job).refused().ifPresent(rejection -> reasons.put(job.key(), rejection));
        }
        return new CycleResult(starts, reasons);
    }

    private static Start apply(WaitingJob job, Placement placement, ClusterSnapshot cluster, QueueTree queues) {
        Start start = new Start(
                job.key(), job.spec().queue(), placement, job.spec().gang().perHost());
        for (String host : placement.held()) {
            cluster.allocate(host, start.perHost());
        }
        queues.charge(start.queue(), start.charge());
        return start;
    }

    /** Gives back what a start took. */
    public static void undo(Start start, ClusterSnapshot cluster, QueueTree queues) {
        for (String host : start.placement().held()) {
            cluster.release(host, start.perHost());
        }
        queues.refund(start.queue(), start.charge());
    }

    /** What would become of a job now, submitted or not. Changes nothing. */
    public DryRun dryRun(ClusterSnapshot cluster, QueueTree queues, WaitingJob job, Instant now) {
        PlacementResult result = new Admission(placer, cluster, queues).explain(job);
        if (result instanceof Placed placed) {
            return new DryRun(Optional.of(placed.placement()), Optional.empty());
        }
        Rejection rejection = ((Refused) result).rejection();
        List<String> suggestions = new Suggestions(placer, cluster, queues).of(job, rejection);
        return new DryRun(Optional.empty(), Optional.of(new Explanation(rejection, suggestions)));
    }

    /** Why a job waits and what would let it start now; empty when it would start. Changes nothing. */
    public Optional<Explanation> explain(ClusterSnapshot cluster, QueueTree queues, WaitingJob job, Instant now) {
        return dryRun(cluster, queues, job, now).explanation();
    }
}
