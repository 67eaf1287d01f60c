package dev.muster.scheduler.preemption;

import dev.muster.scheduler.cluster.ClusterHost;
import dev.muster.scheduler.cluster.RoomCounts;
import dev.muster.scheduler.job.JobKey;
import dev.muster.scheduler.job.ResourceVector;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Finds the best set of victims in one place, where few come into question.
 *
 * <p>Goals: no set that suffices and is allowed is better by {@link PlanCost}; none of it could be left out.
 *
 * <p>Constraints: at most {@value #MOST_ITEMS} items, and a budget of steps, a step being one item on one host; when it is used up the
 * best set so far stands.
 *
 * <p>Algorithm: branch and bound. Items are decided one after the other, taken first. A branch ends when what is taken suffices; when
 * even all that is undecided would not make room, or breaks a guarantee; or when {@link LowerBound} is above the best set. Items that
 * free the same on the same hosts at the same price for the same queue stand in a row, the youngest first: who is left out takes those
 * behind with it.
 *
 * <p>Example: two hosts of 4 with four equal jobs each, and a pod of 2 is lacking. Not 2^8 but 5 x 5 choices are looked at.
 *
 * <p>Complexity: exponential in the number of rows, bounded by the budget. Branch and bound with symmetry breaking, as in any textbook on
 * integer programming.
 */
final class ExactSearch {

    static final int MOST_ITEMS = 48;

    private final Question question;
    private final Scope scope;
    private final WhatIf whatIf;
    private final StepBudget budget;
    private final LowerBound bound;
    private final boolean wholesOnly;
    private final List<List<Item>> rows;
    private final Map<JobKey, List<Item>> slices = new LinkedHashMap<>();
    /** Room if all that is taken or undecided were taken. */
    private final RoomCounts optimistic;

    private BooleanSupplier suffices = () -> false;
    private final Set<Item> settled = new LinkedHashSet<>();
    private @Nullable PlanCost bestCost;
    private Optional<List<Item>> best = Optional.empty();

    /** What makes items as good as each other. Slices, and the gang they belong to, are only like those of the same gang. */
    private record Likeness(
            String queue,
            int priority,
            long lostMillis,
            boolean whole,
            Optional<JobKey> elastic,
            ResourceVector amounts,
            Map<ClusterHost, ResourceVector> frees) {

        static Likeness of(Item item) {
            Map<ClusterHost, ResourceVector> frees = new LinkedHashMap<>();
            item.releases().forEach(release -> frees.put(release.host(), release.amounts()));
            boolean isElastic = item.run().job().request().isElastic();
            return new Likeness(
                    item.run().queue(),
                    item.run().priority(),
                    item.lostMillis(),
                    item.whole(),
                    isElastic ? Optional.of(item.run().key()) : Optional.empty(),
                    item.amounts(),
                    frees);
        }
    }

    /** A search for sets that are better than what is known already. */
    ExactSearch(
            Question question,
            Scope scope,
            WhatIf whatIf,
            List<Item> items,
            LowerBound bound,
            Optional<PlanCost> known,
            StepBudget budget) {
        this.question = question;
        this.scope = scope;
        this.whatIf = whatIf;
        this.bound = bound;
        this.budget = budget;
        this.bestCost = known.orElse(null);
        this.wholesOnly = items.stream().allMatch(Item::whole);
        this.rows = rows(items, bound);
        this.optimistic = question.room();
        Item.apart(items).forEach(item -> WhatIf.release(item, optimistic));
        for (Item item : items) {
            if (!item.whole()) {
                slices.computeIfAbsent(item.run().key(), key -> new ArrayList<>())
                        .add(item);
            }
        }
    }

    /** Gangs with their slices first, the gang before its slices; then the cheapest for what they free. */
    private static List<List<Item>> rows(List<Item> items, LowerBound bound) {
        List<Item> inOrder = new ArrayList<>(items);
        inOrder.sort(
                Comparator.comparing((Item item) -> !item.run().job().request().isElastic())
                        .thenComparing(ExactSearch::groupOf)
                        .thenComparing(item -> !item.whole())
                        .thenComparingDouble(bound::costOfWeight)
                        .thenComparing(item -> item.run().startedAt(), Comparator.reverseOrder())
                        .thenComparing(item -> item.run().key()));
        Map<Likeness, List<Item>> rows = new LinkedHashMap<>();
        inOrder.forEach(item -> rows.computeIfAbsent(Likeness.of(item), like -> new ArrayList<>())
                .add(item));
        return new ArrayList<>(rows.values());
    }

    private static String groupOf(Item item) {
        return item.run().job().request().isElastic() ? item.run().key().toString() : "";
    }

    /**
     * The best set, if it is better than what was known. Nothing is taken afterwards.
     *
     * @param enough whether what is taken suffices
     */
    Optional<List<Item>> find(BooleanSupplier enough) {
        suffices = enough;
        decide(0, 0);
        return best;
    }

    /** Decides on an item of a row, those before it being settled. */
    private void decide(int row, int index) {
        if (row == rows.size()) {
            return;
        }
        if (index == rows.get(row).size()) {
            decide(row + 1, 0);
            return;
        }
        if (budget.isUsedUp() || !isWorthwhile()) {
            return;
        }
        Item item = rows.get(row).get(index);
        if (!whatIf.isOpen(item)) {
            decide(row + 1, 0); // its gang goes as a whole, or has given all it can
            return;
        }
        take(item, row, index);
        leave(row, index);
    }

    private void take(Item item, int row, int index) {
        spend(item);
        whatIf.choose(item);
        settled.add(item);
        if (whatIf.ledger().keepsGuarantees()) {
            if (suffices.getAsBoolean()) {
                offer();
            } else {
                decide(row, index + 1);
            }
        }
        settled.remove(item);
        whatIf.drop(item);
    }

    /** Goes on without an item and those behind it in its row. */
    private void leave(int row, int from) {
        List<Item> left = rows.get(row).subList(from, rows.get(row).size());
        for (Item item : left) {
            spend(item);
            settled.add(item);
            WhatIf.take(item, optimistic);
            slicesInstead(item).forEach(slice -> WhatIf.release(slice, optimistic));
        }
        if (scope.pods(question, question.least(), optimistic)
                >= question.least().pods()) {
            decide(row + 1, 0);
        }
        for (Item item : left) {
            slicesInstead(item).forEach(slice -> WhatIf.take(slice, optimistic));
            WhatIf.release(item, optimistic);
            settled.remove(item);
        }
    }

    private void spend(Item item) {
        budget.spend(1L + item.releases().size());
    }

    private List<Item> slicesInstead(Item item) {
        return item.whole() ? slices.getOrDefault(item.run().key(), List.of()) : List.of();
    }

    private void offer() {
        PlanCost cost = PlanCost.of(whatIf.chosen());
        if (bestCost == null || cost.compareTo(bestCost) < 0) {
            bestCost = cost;
            best = Optional.of(List.copyOf(whatIf.chosen()));
        }
    }

    /** Whether something better could still come of what is taken. */
    private boolean isWorthwhile() {
        double lost = bound.lostMillis(whatIf.chosen(), settled);
        PlanCost known = bestCost;
        if (known == null || lost <= known.lostMillis() - 1) {
            return lost != Double.POSITIVE_INFINITY;
        }
        if (lost > known.lostMillis()) {
            return false;
        }
        return !wholesOnly || whatIf.chosen().size() + bound.items(whatIf.chosen(), settled) <= known.gangs();
    }
}
