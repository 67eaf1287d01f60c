package dev.muster.scheduler.preemption;

import dev.muster.scheduler.cluster.RoomCounts;
import dev.muster.scheduler.placement.GangRequest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/**
 * Finds who gives way for a job at the least cost, over all places that could hold it.
 *
 * <p>Goals: the least {@link PlanCost}; a quick and certain no where nothing helps.
 *
 * <p>Constraints: what {@link Permission} and {@link Ledger} allow; a maximum of the job's queue binds.
 *
 * <p>Algorithm: 1. For each place that would hold the gang if it were idle, those that lack least first: its candidates, all of them let
 * go; where even that is not enough the place is out. 2. {@link LowerBound}: a place that cannot beat the best set so far is out.
 * 3. {@link GreedySearch}, then {@link ExactSearch} where candidates are few. 4. From the best set of all, what another place makes
 * needless is given back.
 *
 * <p>Example: four full racks, three of them held by one long gang each, one by three short ones. The bound of each of the first three is
 * above the cost of the three short ones.
 *
 * <p>Complexity: all gangs in places that could hold the job; after {@value #MOST_PLACES} places one that works is good enough. Exact
 * search ends with its {@link StepBudget}.
 */
final class VictimSearch {

    private static final int MOST_PLACES = 2_000;

    private final Question question;
    private final Permission permission;
    private final Candidates candidates;
    private final GangRequest least;
    private final WhatIf whatIf;
    private final StepBudget budget;
    private List<Item> best = List.of();
    private @Nullable PlanCost bestCost;
    private String closest = "";
    private int closestPods = -1;

    /**
     * A search that has not begun.
     *
     * @param protectedBy gangs that are still protected at this moment stay
     * @param budget for the best; without any, what works is enough
     */
    VictimSearch(Question question, Instant protectedBy, StepBudget budget) {
        this.question = question;
        this.permission = new Permission(question);
        this.candidates = new Candidates(question, permission, protectedBy);
        this.least = question.least();
        this.whatIf = new WhatIf(question, new Ledger(question, permission));
        this.budget = budget;
    }

    /** What is taken, when there is a way. */
    Optional<List<Item>> find() {
        List<Scope> scopes = Scope.all(question, whatIf.counts());
        for (int place = 0; place < scopes.size(); place++) {
            if (bestCost != null && place >= MOST_PLACES) {
                break;
            }
            look(scopes.get(place));
        }
        if (bestCost == null) {
            return Optional.empty();
        }
        whatIf.set(best);
        GreedySearch.giveBack(whatIf, whatIf::sufficesAnywhere);
        return Optional.of(List.copyOf(whatIf.chosen()));
    }

    /** The state with what was found taken. */
    WhatIf whatIf() {
        return whatIf;
    }

    /** Until when gangs are protected that could be taken but for that; of places that were looked at. */
    SortedSet<Instant> protections() {
        return candidates.protections();
    }

    /** The place that comes closest when nothing works. */
    String closest() {
        return closest;
    }

    int closestPods() {
        return Math.max(0, closestPods);
    }

    private void look(Scope scope) {
        List<Item> items = helpful(scope, candidates.in(scope));
        if (isTooDear(scope, items)) {
            return;
        }
        int most = podsWithout(scope, items);
        if (most > closestPods) {
            closestPods = most;
            closest = scope.path();
        }
        if (most < least.pods()) {
            return;
        }
        LowerBound bound = new LowerBound(question, scope, items, whatIf.counts());
        if (bestCost != null && bound.lostMillis() > bestCost.lostMillis()) {
            return;
        }
        new GreedySearch(question, scope, whatIf, items, bound).find().ifPresent(this::offer);
        if (items.size() <= ExactSearch.MOST_ITEMS && !budget.isUsedUp()) {
            new ExactSearch(question, scope, whatIf, items, bound, Optional.ofNullable(bestCost), budget)
                    .find(() -> whatIf.suffices(scope))
                    .ifPresent(this::offer);
        }
    }

    /** Whether something must be taken here, and the cheapest there is already costs more than the best set so far. */
    private boolean isTooDear(Scope scope, List<Item> items) {
        PlanCost known = bestCost;
        return known != null
                && scope.anyPods(whatIf.counts()) < least.pods()
                && items.stream().allMatch(item -> item.lostMillis() > known.lostMillis());
    }

    private void offer(List<Item> found) {
        PlanCost cost = PlanCost.of(found);
        if (bestCost == null || cost.compareTo(bestCost) < 0) {
            best = found;
            bestCost = cost;
        }
    }

    /** Without those that free nothing a pod asks for in the place, nor anything of a maximum or of another claim. */
    private List<Item> helpful(Scope scope, List<Item> items) {
        Set<String> wanted = least.leastTotal().amounts().keySet();
        String top = candidates.topQueue(question.job().queue());
        boolean exceeds = whatIf.excess().isPresent();
        List<Item> helpful = new ArrayList<>();
        for (Item item : items) {
            if (exceeds
                    || frees(item, scope, wanted)
                    || candidates.topQueue(item.run().queue()).equals(top)) {
                helpful.add(item);
            }
        }
        return helpful;
    }

    private static boolean frees(Item item, Scope scope, Set<String> wanted) {
        for (Item.Release release : item.releases()) {
            if (scope.contains(release.host())) {
                for (String resource : wanted) {
                    if (release.amounts().amount(resource) > 0) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private int podsWithout(Scope scope, List<Item> items) {
        RoomCounts counts = whatIf.counts();
        List<Item> apart = Item.apart(items);
        apart.forEach(item -> WhatIf.release(item, counts));
        int pods = scope.pods(question, least, counts);
        apart.forEach(item -> WhatIf.take(item, counts));
        return pods;
    }
}
