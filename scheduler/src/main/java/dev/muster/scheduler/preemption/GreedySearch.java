package dev.muster.scheduler.preemption;

import dev.muster.scheduler.queue.QueueTree;
import dev.muster.scheduler.queue.QuotaExcess;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * Finds a good set of victims in one place.
 *
 * <p>Goals: a set that suffices, cheap, with nothing in it that could be left out.
 *
 * <p>Constraints: what the policy allows beside what is taken already. Not exact: {@link ExactSearch} is, for few candidates.
 *
 * <p>Algorithm: 1. while a maximum of the job's queue is exceeded, what frees it at the least cost. 2. For each region (host, or domain of
 * whole slices) a bundle: its cheapest items, one after the other, until it holds more, less those that turn out not to be needed. The
 * bundle that costs least for each pod it makes room for, and no more than are lacking, is taken; bundles of regions that this touches
 * are worked out anew. 3. Where no region alone makes room, single items by cost. 4. From the most expensive on, what is not needed
 * is given back. All this once with elastic gangs giving up slices and once without; and once with single gangs that suffice alone.
 *
 * <p>Example: two pods of 8 are lacking. Host h1 has a gang of 8 with 80 hours to lose, h2 eight jobs with 1 hour each, h3 and h4 one
 * gang with 12 hours. h2's bundle costs 8 for one pod, that of h3 and h4 12 for two: the latter.
 *
 * <p>Complexity: items x their hosts for the bundles, a logarithm for each that is taken, and as many questions whether the gang fits as
 * items are taken. Greedy covering with a final clean-up is a textbook method; bundles by host are this project's own.
 */
final class GreedySearch {

    /** Those that are to go first are also those that come back last. */
    private static final Comparator<Item> CHEAPEST = Comparator.comparingLong(Item::lostMillis)
            .thenComparing(item -> item.run().priority())
            .thenComparing(item -> item.run().startedAt(), Comparator.reverseOrder())
            .thenComparing(item -> item.run().key());

    private final Question question;
    private final Scope scope;
    private final WhatIf whatIf;
    private final Weights weights;
    private final List<Item> items;
    private final int needed;

    GreedySearch(Question question, Scope scope, WhatIf whatIf, List<Item> items) {
        this.question = question;
        this.scope = scope;
        this.whatIf = whatIf;
        this.items = items;
        this.weights = new Weights(question.least().perPod());
        this.needed = question.least().pods();
    }

    /** A set that suffices; empty when none was found. Nothing is taken afterwards. */
    Optional<List<Item>> find() {
        Optional<List<Item>> best = one();
        List<Item> wholes = items.stream().filter(Item::whole).toList();
        List<List<Item>> menus = wholes.size() == items.size() ? List.of(wholes) : List.of(items, wholes);
        for (List<Item> menu : menus) {
            Optional<List<Item>> found = several(menu);
            if (isBetter(found, best)) {
                best = found;
            }
        }
        return best;
    }

    private static boolean isBetter(Optional<List<Item>> found, Optional<List<Item>> best) {
        return found.isPresent() && (best.isEmpty() || PlanCost.of(found.get()).compareTo(PlanCost.of(best.get())) < 0);
    }

    /** The cheapest that suffices alone. */
    private Optional<List<Item>> one() {
        List<Item> cheapestFirst = new ArrayList<>(items);
        cheapestFirst.sort(CHEAPEST);
        for (Item item : cheapestFirst) {
            whatIf.choose(item);
            boolean suffices = whatIf.suffices(scope);
            whatIf.drop(item);
            if (suffices) {
                return Optional.of(List.of(item));
            }
        }
        return Optional.empty();
    }

    private Optional<List<Item>> several(List<Item> menu) {
        boolean found = respectMaximum(menu) && (makeRoom(menu) || takeSingles(menu));
        if (found) {
            giveBack(whatIf, () -> whatIf.suffices(scope));
        }
        Optional<List<Item>> chosen = found ? Optional.of(List.copyOf(whatIf.chosen())) : Optional.empty();
        whatIf.clear();
        return chosen;
    }

    private boolean respectMaximum(List<Item> menu) {
        for (Optional<QuotaExcess> excess = whatIf.excess(); excess.isPresent(); excess = whatIf.excess()) {
            if (!takeFor(excess.get(), menu)) {
                return false;
            }
        }
        return true;
    }

    private boolean takeFor(QuotaExcess excess, List<Item> menu) {
        QueueTree queues = question.queues();
        String resource = excess.resource();
        List<Item> freeing = new ArrayList<>();
        for (Item item : menu) {
            if (item.amounts().amount(resource) > 0 && Ledger.belongsTo(item, excess.queue(), queues)) {
                freeing.add(item);
            }
        }
        long lacking = excess.wanted() - excess.available();
        freeing.sort(Comparator.comparingDouble((Item item) -> (double) item.lostMillis()
                        / Math.min(lacking, item.amounts().amount(resource)))
                .thenComparing(CHEAPEST));
        return freeing.stream().anyMatch(whatIf::tryChoose);
    }

    /** Takes bundles until the gang fits. */
    private boolean makeRoom(List<Item> menu) {
        Bundles bundles = new Bundles(menu);
        while (!whatIf.suffices(scope)) {
            Optional<Bundle> next = bundles.next(lacking());
            if (next.isEmpty()) {
                return false;
            }
            next.get().items().forEach(whatIf::tryChoose);
            bundles.taken(next.get());
        }
        return true;
    }

    private int lacking() {
        return Math.max(1, needed - whatIf.pods(scope));
    }

    private boolean takeSingles(List<Item> menu) {
        List<Item> cheapestFirst = new ArrayList<>(menu);
        cheapestFirst.sort(CHEAPEST);
        for (Item item : cheapestFirst) {
            if (whatIf.suffices(scope)) {
                return true;
            }
            whatIf.tryChoose(item);
        }
        return whatIf.suffices(scope);
    }

    /** Leaves out what is not needed, the most expensive first. */
    static void giveBack(WhatIf whatIf, BooleanSupplier suffices) {
        List<Item> mostExpensiveFirst = new ArrayList<>(whatIf.chosen());
        mostExpensiveFirst.sort(CHEAPEST.reversed());
        for (Item item : mostExpensiveFirst) {
            whatIf.drop(item);
            if (!suffices.getAsBoolean()) {
                whatIf.choose(item);
            }
        }
    }

    /** Items that together make room in a region, and for how many pods in the whole place. */
    private record Bundle(Region region, List<Item> items, long lostMillis, int pods, int version) {

        double costOfPod(int lacking) {
            return (double) lostMillis / Math.min(lacking, pods);
        }
    }

    /** The bundles of all regions, the cheapest for what is lacking first. */
    private final class Bundles {
        private final List<Region> regions;
        private final Map<Item, List<Integer>> regionsOf = new LinkedHashMap<>();
        private final int[] versions;
        private final Map<Item, Optional<Bundle>> alike = new LinkedHashMap<>();
        private final PriorityQueue<Place> heap =
                new PriorityQueue<>(Comparator.comparingDouble(Place::costOfPod).thenComparing(Place::index));

        private record Place(int index, Bundle bundle, double costOfPod) {}

        Bundles(List<Item> menu) {
            regions = Region.of(scope, menu, whatIf.counts());
            versions = new int[regions.size()];
            for (int index = 0; index < regions.size(); index++) {
                for (Item item : regions.get(index).items()) {
                    regionsOf.computeIfAbsent(item, at -> new ArrayList<>()).add(index);
                }
            }
            for (int index = 0; index < regions.size(); index++) {
                offer(index, lacking());
            }
        }

        private void offer(int index, int lacking) {
            bundle(regions.get(index), versions[index])
                    .ifPresent(bundle -> heap.add(new Place(index, bundle, bundle.costOfPod(lacking))));
        }

        /** While fewer pods are lacking a bundle only gets dearer by pod, so a place that is still right is the first. */
        Optional<Bundle> next(int lacking) {
            for (Place first = heap.poll(); first != null; first = heap.poll()) {
                if (first.bundle().version() != versions[first.index()]) {
                    continue;
                }
                double now = first.bundle().costOfPod(lacking);
                Place second = heap.peek();
                if (second == null || now <= second.costOfPod()) {
                    return Optional.of(first.bundle());
                }
                heap.add(new Place(first.index(), first.bundle(), now));
            }
            return Optional.empty();
        }

        /** Works out anew what the items of a bundle touch. */
        void taken(Bundle bundle) {
            alike.clear();
            Set<Integer> touched = new LinkedHashSet<>();
            bundle.items().forEach(item -> touched.addAll(regionsOf.getOrDefault(item, List.of())));
            touched.forEach(index -> versions[index]++);
            int lacking = lacking();
            touched.forEach(index -> offer(index, lacking));
        }

        /** Hosts of one gang have the same bundle; it is worked out once. */
        private Optional<Bundle> bundle(Region region, int version) {
            if (region.items().size() > 1) {
                return workOut(region, version);
            }
            Optional<Bundle> known = alike.computeIfAbsent(region.items().get(0), only -> workOut(region, version));
            return known.map(bundle -> new Bundle(region, bundle.items(), bundle.lostMillis(), bundle.pods(), version));
        }

        private Optional<Bundle> workOut(Region region, int version) {
            int roomBefore = region.room(whatIf.counts());
            int podsBefore = scope.room(whatIf.counts());
            List<Item> taken = cheapestThatMakeRoom(region, roomBefore);
            Optional<Bundle> bundle = Optional.empty();
            if (region.room(whatIf.counts()) > roomBefore) {
                leaveOut(region, roomBefore, taken);
                int pods = Math.max(1, scope.room(whatIf.counts()) - podsBefore);
                bundle = Optional.of(new Bundle(region, List.copyOf(taken), cost(taken), pods, version));
            }
            taken.forEach(whatIf::drop);
            return bundle;
        }

        private List<Item> cheapestThatMakeRoom(Region region, int roomBefore) {
            List<Item> open = new ArrayList<>();
            region.items().stream().filter(whatIf::isOpen).forEach(open::add);
            open.sort(Comparator.comparingDouble((Item item) -> weights.costOfWeight(item, region))
                    .thenComparing(CHEAPEST));
            List<Item> taken = new ArrayList<>();
            for (Item item : open) {
                if (region.room(whatIf.counts()) > roomBefore) {
                    break;
                }
                if (whatIf.tryChoose(item)) {
                    taken.add(item);
                }
            }
            return taken;
        }

        private void leaveOut(Region region, int roomBefore, List<Item> taken) {
            List<Item> mostExpensiveFirst = new ArrayList<>(taken);
            mostExpensiveFirst.sort(CHEAPEST.reversed());
            for (Item item : mostExpensiveFirst) {
                whatIf.drop(item);
                if (region.room(whatIf.counts()) > roomBefore) {
                    taken.remove(item);
                } else {
                    whatIf.choose(item);
                }
            }
        }
    }

    private static long cost(Collection<Item> items) {
        return items.stream().mapToLong(Item::lostMillis).reduce(0, LostWork::sum);
    }
}
