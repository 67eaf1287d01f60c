package dev.muster.scheduler.preemption;

import dev.muster.scheduler.job.JobKey;
import dev.muster.scheduler.placement.GangRequest;
import dev.muster.scheduler.placement.Placement;
import dev.muster.scheduler.workload.PlacedPod;
import dev.muster.scheduler.workload.RunningJob;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds movable gangs that, put elsewhere, leave room for a job.
 *
 * <p>Goals: the least lost work, then the fewest gangs; of those that make way as few pods as possible change their host.
 *
 * <p>Constraints: every gang that makes way is whole again. Pinned gangs, gangs that run less than their {@code minRuntime}, and elastic
 * ones that have fewer pods than they would like, stay. Nothing is preempted besides, and gangs of other places do not move only to
 * make room for those that do.
 *
 * <p>Algorithm: as for victims, but over movable gangs of all queues: in each place a good set, and an exact search where gangs are few; a
 * set counts when {@link Settlement} finds places for all. At most {@value #MOST_SETTLEMENTS} sets are tried.
 *
 * <p>Example: six hosts of 3 with one movable pod each, in two zones; a job wants two whole hosts of one zone. Two of the pods move to the
 * third host of that zone.
 *
 * <p>Complexity: that of the search, and a repair for each gang of each set tried.
 */
final class MoveSearch {

    private static final int MOST_SETTLEMENTS = 200;
    private static final int MOST_PLACES = 2_000;
    private static final long EXACT_STEPS = 20_000;

    private final Question question;
    private final GangRequest least;
    private final WhatIf whatIf;
    private final LostWork lostWork;
    private final StepBudget budget = StepBudget.of(EXACT_STEPS);
    private final Map<JobKey, Item> items = new LinkedHashMap<>();
    private int settlements;
    private @Nullable PreemptionPlan best;

    MoveSearch(Question question) {
        this.question = question;
        this.least = question.least();
        this.whatIf = new WhatIf(question, Ledger.ofMoves(question));
        this.lostWork =
                new LostWork(question.cluster().capacity(), question.policy().restartCost(), question.now());
    }

    /** The best way; empty when there is none. */
    Optional<PreemptionPlan> find() {
        if (whatIf.excess().isPresent()) {
            return Optional.empty();
        }
        List<Scope> scopes = Scope.all(question, whatIf.counts());
        for (int place = 0; place < scopes.size(); place++) {
            if (best != null && place >= MOST_PLACES) {
                break;
            }
            look(scopes.get(place));
        }
        return Optional.ofNullable(best);
    }

    private void look(Scope scope) {
        List<Item> movable = in(scope);
        movable.forEach(whatIf::choose);
        boolean fits = whatIf.fits(scope);
        whatIf.clear();
        if (!fits) {
            return;
        }
        LowerBound bound = new LowerBound(question, scope, movable, whatIf.counts());
        PreemptionPlan known = best;
        if (known != null && bound.lostMillis() > known.cost().lostMillis()) {
            return;
        }
        new GreedySearch(question, scope, whatIf, movable, bound).find().ifPresent(found -> {
            whatIf.set(found);
            settles();
            whatIf.clear();
        });
        if (movable.size() <= ExactSearch.MOST_ITEMS) {
            Optional<PlanCost> cost = Optional.ofNullable(best).map(PreemptionPlan::cost);
            new ExactSearch(question, scope, whatIf, movable, bound, cost, budget)
                    .find(() -> whatIf.fits(scope) && settles());
        }
    }

    private List<Item> in(Scope scope) {
        List<Item> movable = new ArrayList<>();
        for (RunningJob gang : scope.gangs(question)) {
            if (isMovable(gang)) {
                movable.add(items.computeIfAbsent(gang.key(), key -> item(gang)));
            }
        }
        return movable;
    }

    private boolean isMovable(RunningJob gang) {
        return gang.job().movable()
                && !gang.job().pinned()
                && !gang.isShrunk()
                && !gang.protectedUntil().isAfter(question.now());
    }

    private Item item(RunningJob gang) {
        return new Item(gang, gang.held(), true, lostWork.millis(gang, gang.held()), question::host);
    }

    /** Whether what has made way finds other places; keeps the plan if it is the best so far. */
    private boolean settles() {
        if (settlements >= MOST_SETTLEMENTS) {
            return false;
        }
        settlements++;
        List<RunningJob> gangs = new ArrayList<>();
        whatIf.chosen().forEach(item -> gangs.add(item.run()));
        gangs.sort(Comparator.comparing(RunningJob::key));
        Optional<PreemptionPlan> plan = settled(question.job().request(), gangs);
        if (plan.isEmpty()) {
            plan = settled(least, gangs);
        }
        plan.ifPresent(this::offer);
        return plan.isPresent();
    }

    private void offer(PreemptionPlan plan) {
        if (best == null || plan.cost().compareTo(best.cost()) < 0) {
            best = plan;
        }
    }

    private Optional<PreemptionPlan> settled(GangRequest request, List<RunningJob> gangs) {
        Optional<Placement> placement = question.placer()
                .placeIn(request, question.cluster(), whatIf.counts())
                .filter(this::isWithinMaximum);
        if (placement.isEmpty()) {
            return Optional.empty();
        }
        List<PlacedPod> pods = new ArrayList<>(Settlement.pods(request, placement.get()));
        pods.addAll(Settlement.spares(request, placement.get()));
        return new Settlement(question, gangs, pods)
                .settle()
                .map(moves -> new PreemptionPlan(List.of(), moves, placement.get(), cost(moves)));
    }

    private boolean isWithinMaximum(Placement placement) {
        return question.queues()
                .excess(question.job().queue(), PreemptionPlanner.total(question.job(), placement))
                .isEmpty();
    }

    private PlanCost cost(Collection<Move> moves) {
        long lost = 0;
        int pods = 0;
        List<RunningJob> gangs = new ArrayList<>();
        for (Move move : moves) {
            lost = LostWork.sum(
                    lost, lostWork.millis(move.before(), move.before().held()));
            pods += move.pods();
            gangs.add(move.before());
        }
        return PlanCost.of(lost, gangs, pods);
    }
}
