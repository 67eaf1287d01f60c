package dev.muster.scheduler.preemption;

import dev.muster.scheduler.cluster.ClusterSnapshot;
import dev.muster.scheduler.job.JobKey;
import dev.muster.scheduler.job.ResourceVector;
import dev.muster.scheduler.placement.GangPlacer;
import dev.muster.scheduler.placement.GangRequest;
import dev.muster.scheduler.placement.Placement;
import dev.muster.scheduler.preemption.PreemptionRefusal.Kind;
import dev.muster.scheduler.queue.QueueTree;
import dev.muster.scheduler.workload.PlacedPod;
import dev.muster.scheduler.workload.RunningJob;
import dev.muster.scheduler.workload.WaitingJob;
import dev.muster.scheduler.workload.Workload;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Plans how a job that has no room gets some: who is stopped, who gives up pods, or who moves.
 *
 * <p>Goals: a plan exists where one is allowed, costs the others least ({@link PlanCost}), and takes nothing that is not needed. Moves are
 * preferred to stops that cost as much.
 *
 * <p>Constraints: the rules of {@link Permission}; gangs that are not preemptible or run less than their {@code minRuntime} stay; the
 * job really fits afterwards. A plan either moves or preempts, never both.
 *
 * <p>Algorithm: {@link ClaimBound} refuses what queues alone rule out. Else {@link VictimSearch} and {@link MoveSearch}. Where nothing
 * works, the same without regard to {@code minRuntime}: if that works, the earliest moment at which it would is looked for by halving.
 *
 * <p>Example: a job wants a whole rack. Of four full ones, the rack whose gangs have worked least since their checkpoints is cleared.
 *
 * <p>Complexity: gangs in places that could hold the job; see there. Exact where at most {@value ExactSearch#MOST_ITEMS} items come into
 * question in a place and the budget of steps suffices; else a good plan that is not proven the best, and it may miss one that only
 * works through a clever mix of queues.
 */
public final class PreemptionPlanner {

    private final GangPlacer placer;
    private final PreemptionPolicy policy;

    public PreemptionPlanner(GangPlacer placer, PreemptionPolicy policy) {
        this.placer = placer;
        this.policy = policy;
    }

    /**
     * How a job that does not fit now could start now. Changes nothing: the cluster is tried on and put back.
     *
     * @param queues knows what the cluster has in all ({@link QueueTree#capacity})
     * @param job one that would fit an idle cluster
     * @param budget of the cycle that asks
     */
    public PreemptionAnswer plan(
            ClusterSnapshot cluster,
            QueueTree queues,
            Workload workload,
            WaitingJob job,
            Instant now,
            StepBudget budget) {
        Question question = new Question(placer, policy, cluster, queues, workload, job, now);
        Optional<PreemptionPlan> moves = policy.consolidation() ? new MoveSearch(question).find() : Optional.empty();
        if (!policy.preemption() || !new ClaimBound(question, new Permission(question)).mayHold()) {
            return moves.<PreemptionAnswer>map(plan -> plan).orElseGet(() -> ruledOut(question));
        }
        VictimSearch search = new VictimSearch(question, now, budget.half());
        Optional<PreemptionPlan> stops = search.find().map(items -> plan(question, items, search.whatIf()));
        if (moves.isPresent() && (stops.isEmpty() || isAtMost(moves.get(), stops.get()))) {
            return moves.get();
        }
        return stops.<PreemptionAnswer>map(plan -> plan).orElseGet(() -> refusal(question, search));
    }

    private static PreemptionRefusal ruledOut(Question question) {
        return new PreemptionRefusal(Kind.NOTHING_ALLOWED, "", question.least().pods(), 0, Optional.empty());
    }

    private static boolean isAtMost(PreemptionPlan plan, PreemptionPlan other) {
        return plan.cost().lostMillis() <= other.cost().lostMillis();
    }

    /** What a job takes when it is placed like this. */
    static ResourceVector total(WaitingJob job, Placement placement) {
        int leaders = job.request().leader().isPresent() ? 1 : 0;
        return job.request()
                .total(placement.hosts().size() - leaders, placement.spares().size());
    }

    private static PreemptionPlan plan(Question question, List<Item> items, WhatIf whatIf) {
        return new PreemptionPlan(victims(items), List.of(), placement(question, items, whatIf), PlanCost.of(items));
    }

    /** The largest gang that fits, if the queue may have that much for these victims, or else the smallest. */
    private static Placement placement(Question question, List<Item> items, WhatIf whatIf) {
        WaitingJob job = question.job();
        Optional<Placement> largest = question.placer().placeIn(job.request(), question.cluster(), whatIf.counts());
        if (largest.filter(placement -> mayHave(question, items, placement)).isPresent()) {
            return largest.get();
        }
        return question.placer()
                .placeIn(question.least(), question.cluster(), whatIf.counts())
                .orElseThrow(() -> new IllegalStateException("job " + job.key() + " does not fit where it fitted"));
    }

    private static boolean mayHave(Question question, List<Item> items, Placement placement) {
        if (total(question.job(), placement).equals(question.leastTotal())) {
            return true;
        }
        GangRequest asked = question.job().request();
        int leaders = asked.leader().isPresent() ? 1 : 0;
        int pods = placement.hosts().size() - leaders;
        Question larger = question.of(question.job()
                .with(asked.withPods(pods, pods).withSpares(placement.spares().size(), false)));
        Ledger ledger = new Ledger(larger, new Permission(larger));
        items.forEach(ledger::add);
        return ledger.excess().isEmpty() && ledger.allowsAll();
    }

    private static List<Victim> victims(Collection<Item> items) {
        Map<JobKey, Victim> victims = new TreeMap<>();
        for (Item item : items) {
            RunningJob gang = item.run();
            Victim before = victims.getOrDefault(gang.key(), new Victim(gang, Optional.of(gang)));
            Optional<RunningJob> left =
                    item.whole() ? Optional.empty() : before.left().map(rest -> without(rest, item.pods()));
            victims.put(gang.key(), new Victim(gang, left));
        }
        return List.copyOf(victims.values());
    }

    private static RunningJob without(RunningJob gang, List<PlacedPod> given) {
        List<PlacedPod> left = new ArrayList<>(gang.pods());
        left.removeAll(given);
        return gang.with(left, gang.spares());
    }

    private static PreemptionRefusal refusal(Question question, VictimSearch search) {
        List<Instant> ends = new ArrayList<>(search.protections());
        if (ends.isEmpty() || !worksAt(question, ends.get(ends.size() - 1))) {
            return new PreemptionRefusal(
                    Kind.NOTHING_ALLOWED,
                    search.closest(),
                    question.least().pods(),
                    search.closestPods(),
                    Optional.empty());
        }
        int tooEarly = -1;
        int works = ends.size() - 1;
        while (works - tooEarly > 1) {
            int middle = (works + tooEarly) / 2;
            if (worksAt(question, ends.get(middle))) {
                works = middle;
            } else {
                tooEarly = middle;
            }
        }
        return new PreemptionRefusal(
                Kind.PROTECTED,
                search.closest(),
                question.least().pods(),
                search.closestPods(),
                Optional.of(ends.get(works)));
    }

    private static boolean worksAt(Question question, Instant moment) {
        return new VictimSearch(question, moment, StepBudget.of(0)).find().isPresent();
    }
}
