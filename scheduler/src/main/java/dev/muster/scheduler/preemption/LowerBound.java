package dev.muster.scheduler.preemption;

import dev.muster.scheduler.cluster.ClusterHost;
import dev.muster.scheduler.cluster.RoomCounts;
import dev.muster.scheduler.placement.GangRequest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What room costs at the least.
 *
 * <p>Goals: to know of a place, or of a half-made choice, that it cannot become cheaper than what is known already.
 *
 * <p>Constraints: never above the true cost.
 *
 * <p>Algorithm: each item gets a weight: for each host the pods that it could make room for at the most, alone or in company. A host that
 * lacks an amount of a resource for its next pod gains at most (what is freed of it) / (what is lacking) pods, so the item's part of
 * that is its weight there; where nothing is lacking, the item counts as if it made all the room. Of several resources that are lacking
 * one is chosen for all items of the host. The weights of what is taken must reach the pods that are lacking in the place; the
 * cheapest way to that, with fractions allowed, is the bound.
 *
 * <p>Example: a host of 8 is held by eight jobs of one; a pod of 8 is lacking. Each job weighs 1/8, so the bound is the sum of all eight,
 * which is right.
 *
 * <p>Complexity: the hosts of the items once, the number of items for each bound. It is the linear relaxation of covering knapsack.
 */
final class LowerBound {

    /** Sums of fractions are a little off; the bound must not be above the true cost for that. */
    private static final double TOLERANCE = 1e-9;

    private final Question question;
    private final GangRequest least;
    private final RoomCounts counts;
    private final Map<Item, Double> weights = new LinkedHashMap<>();
    private final List<Item> cheapestFirst;
    private final List<Item> heaviestFirst;
    private final int lacking;

    /** For a place as things are, with nothing taken. */
    LowerBound(Question question, Scope scope, List<Item> items, RoomCounts counts) {
        this.question = question;
        this.least = question.least();
        this.counts = counts;
        this.lacking = Math.max(0, least.pods() - scope.anyPods(counts));
        if (lacking > 0) {
            weigh(scope, items);
        }
        cheapestFirst = new ArrayList<>(items);
        cheapestFirst.removeIf(item -> weight(item) <= 0);
        heaviestFirst = new ArrayList<>(cheapestFirst);
        cheapestFirst.sort(Comparator.comparingDouble(this::costOfWeight));
        heaviestFirst.sort(Comparator.comparingDouble(this::weight).reversed());
    }

    /** What an item frees on a host. */
    private record Part(Item item, Item.Release release) {}

    private void weigh(Scope scope, List<Item> items) {
        Map<ClusterHost, List<Part>> byHost = new LinkedHashMap<>();
        for (Item item : items) {
            for (Item.Release release : item.releases()) {
                if (scope.contains(release.host())) {
                    byHost.computeIfAbsent(release.host(), host -> new ArrayList<>())
                            .add(new Part(item, release));
                }
            }
        }
        byHost.forEach(this::weigh);
    }

    private void weigh(ClusterHost host, List<Part> parts) {
        int before = counts.pods(host);
        parts.forEach(part -> counts.release(host, part.release().amounts()));
        int most = counts.pods(host) - before;
        parts.forEach(part -> counts.take(host, part.release().amounts()));
        if (most <= 0) {
            return;
        }
        double[] tightest = new double[parts.size()];
        Arrays.fill(tightest, most);
        for (Map.Entry<String, Long> wanted : least.perPod().amounts().entrySet()) {
            long free = question.cluster().free(host, wanted.getKey());
            long spare = Math.max(0, free - before * wanted.getValue());
            double[] shares = shares(parts, wanted.getKey(), wanted.getValue() - spare, most);
            if (sum(shares) < sum(tightest)) {
                tightest = shares;
            }
        }
        for (int index = 0; index < tightest.length; index++) {
            weights.merge(parts.get(index).item(), tightest[index], Double::sum);
        }
    }

    private static double[] shares(List<Part> parts, String resource, long lackingAmount, int most) {
        double[] shares = new double[parts.size()];
        for (int index = 0; index < shares.length; index++) {
            double freed = parts.get(index).release().amounts().amount(resource);
            shares[index] = lackingAmount <= 0 ? most : Math.min(most, freed / lackingAmount);
        }
        return shares;
    }

    private static double sum(double[] amounts) {
        double sum = 0;
        for (double amount : amounts) {
            sum += amount;
        }
        return sum;
    }

    private double weight(Item item) {
        return weights.getOrDefault(item, 0.0);
    }

    /** Whether an item alone could make all the room that is lacking. */
    boolean mayBeEnough(Item item) {
        return weight(item) >= lacking - TOLERANCE * (1 + lacking);
    }

    /** Lost work for each pod that it could make room for. */
    double costOfWeight(Item item) {
        return weight(item) > 0 ? item.lostMillis() / weight(item) : Double.POSITIVE_INFINITY;
    }

    /** The least work that is still lost when these are taken, others are settled, and the rest may be taken. */
    double lostMillis(Set<Item> taken, Set<Item> settled) {
        double open = lacking - TOLERANCE * (1 + lacking);
        double lost = 0;
        for (Item item : taken) {
            lost += item.lostMillis();
            open -= weight(item);
        }
        for (Item item : cheapestFirst) {
            if (open <= 0) {
                break;
            }
            if (!settled.contains(item)) {
                lost += item.lostMillis() * Math.min(1, open / weight(item));
                open -= weight(item);
            }
        }
        return open > 0 ? Double.POSITIVE_INFINITY : lost * (1 - TOLERANCE);
    }

    /** The least number of further items. */
    int items(Set<Item> taken, Set<Item> settled) {
        double open = lacking - TOLERANCE * (1 + lacking);
        for (Item item : taken) {
            open -= weight(item);
        }
        int count = 0;
        for (Item item : heaviestFirst) {
            if (open <= 0) {
                break;
            }
            if (!settled.contains(item)) {
                open -= weight(item);
                count++;
            }
        }
        return count;
    }

    /** The same with nothing taken and nothing settled. */
    double lostMillis() {
        return lostMillis(new LinkedHashSet<>(), new LinkedHashSet<>());
    }
}
