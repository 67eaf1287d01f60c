package dev.muster.scheduler.placement;

import dev.muster.scheduler.cluster.ClusterDomain;
import dev.muster.scheduler.cluster.ClusterHost;
import dev.muster.scheduler.cluster.RoomCounts;
import dev.muster.scheduler.job.Spread;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;

/**
 * Puts a gang of a given size into the tree.
 *
 * <p>Goals: the innermost domain, from the preferred level outwards, that holds the gang; inside it the fewest domains of the
 * preferred level, then the fewest of each level below, then the tightest fit; then names.
 *
 * <p>Constraints: one required domain has the gang and its spares. Slices hold.
 *
 * <p>Algorithm: 1. the fit depth is the deepest, not below the first counted one, at which a domain has the room. 2. Of the
 * domains there that hold the gang, the one in which it uses the fewest domains, then the one with least room, then the one in
 * the surroundings with least room. How few it can use is bounded from below at once, and worked out only while the bound
 * leaves a domain in the race. 3. Inside it, {@link ExactPacking}; where that would take more than {@value #MOST_STEPS} steps,
 * or where one level counts and the largest domains are provably right, {@link GreedyPacking}.
 *
 * <p>Example: racks of 4 free hosts, 2 in b1 and 3 in b2, and a gang of 8 that prefers racks. No rack holds it, both blocks do, with
 * two racks each; b1 has less room and is filled whole.
 *
 * <p>Complexity: the domains of the fit depth, plus packing.
 */
final class TreePacking {

    private static final long MOST_STEPS = 3_000_000;

    private final GangLayout layout;
    private final RoomCounts counts;
    private final GangSize size;

    TreePacking(GangLayout layout, RoomCounts counts, GangSize size) {
        this.layout = layout;
        this.counts = counts;
        this.size = size;
    }

    /** The hosts of the gang in rank order, and the domain that holds them all. */
    record Packed(ClusterDomain fit, List<ClusterHost> hosts) {}

    /** Puts the gang in; a required domain must hold it. */
    Packed pack(ClusterDomain root) {
        ClusterDomain fit = fitDomain(root);
        List<Take> takes = new ArrayList<>();
        if (layout.request().topology().spread() == Spread.BALANCED
                && fit.depth() < layout.counted()
                && !layout.hasSlicesBetween(fit.depth() + 1, layout.counted())) {
            int granule = layout.granule(layout.counted());
            for (Take share : BalancedSpread.shares(fit, layout.counted(), granule, size.hosts(), counts)) {
                takes.addAll(takes(share.domain(), share.hosts()));
            }
        } else {
            takes = takes(fit, size.hosts());
        }
        return new Packed(fit, hosts(takes, counts));
    }

    /** The least harmful hosts of each take, all in the order of the tree, which is that of ranks. */
    static List<ClusterHost> hosts(List<Take> takes, RoomCounts counts) {
        LeastHarm leastHarm = new LeastHarm(counts);
        List<ClusterHost> hosts = new ArrayList<>();
        for (Take take : takes) {
            hosts.addAll(leastHarm.take(take.domain(), take.hosts()));
        }
        hosts.sort(RankOrder.INSTANCE);
        return hosts;
    }

    private ClusterDomain fitDomain(ClusterDomain root) {
        for (int depth = layout.counted(); depth > layout.required(); depth--) {
            List<ClusterDomain> candidates = candidates(root, depth);
            if (!candidates.isEmpty()) {
                return best(candidates);
            }
        }
        return best(candidates(root, layout.required()));
    }

    private List<ClusterDomain> candidates(ClusterDomain root, int depth) {
        List<ClusterDomain> candidates = new ArrayList<>();
        collect(root, depth, candidates);
        return candidates;
    }

    private void collect(ClusterDomain domain, int depth, List<ClusterDomain> candidates) {
        if (counts.room(domain) < size.hosts() || (domain.depth() == layout.required() && !size.fits(counts, domain))) {
            return;
        }
        if (domain.depth() == depth) {
            candidates.add(domain);
            return;
        }
        for (ClusterDomain child : domain.children()) {
            collect(child, depth, candidates);
        }
    }

    private ClusterDomain best(List<ClusterDomain> candidates) {
        ClusterDomain first = candidates.get(0);
        if (candidates.size() == 1) {
            return first;
        }
        PackingCost cost = cost(first);
        List<Candidate> inOrder = new ArrayList<>();
        for (ClusterDomain domain : candidates) {
            inOrder.add(new Candidate(domain, lowerBound(domain, cost)));
        }
        inOrder.sort(Comparator.comparingLong(Candidate::bound).thenComparing(Candidate::domain, this::compareRoom));
        boolean isExact =
                countedLevels(first.depth()) <= 1 && !layout.hasSlicesBetween(first.depth(), layout.innermost());
        if (isExact) {
            return inOrder.get(0).domain();
        }
        Candidate best = inOrder.get(0);
        long leastCost = Long.MAX_VALUE;
        long budget = MOST_STEPS;
        for (Candidate candidate : inOrder) {
            budget -= ExactPacking.steps(layout, Stock.ofFree(counts), candidate.domain(), size.hosts(), MOST_STEPS);
            if (candidate.bound() >= leastCost || budget < 0) {
                break;
            }
            OptionalLong found = exact(candidate.domain(), size.hosts(), cost).cost(size.hosts());
            if (found.isPresent() && found.getAsLong() < leastCost) {
                leastCost = found.getAsLong();
                best = candidate;
            }
        }
        return best.domain();
    }

    /** A domain with the least that the gang could cost in it. */
    private record Candidate(ClusterDomain domain, long bound) {}

    private int compareRoom(ClusterDomain left, ClusterDomain right) {
        for (int depth = left.depth(); depth >= 0; depth--) {
            int order = Integer.compare(counts.hosts(left.ancestor(depth)), counts.hosts(right.ancestor(depth)));
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    private int countedLevels(int fitDepth) {
        return layout.innermost() - Math.max(layout.counted(), fitDepth + 1) + 1;
    }

    private long lowerBound(ClusterDomain domain, PackingCost cost) {
        long bound = 0;
        for (int depth = Math.max(layout.counted(), domain.depth() + 1); depth <= layout.innermost(); depth++) {
            bound += cost.domains(depth, fewest(domain, depth, size.hosts(), counts));
        }
        return bound;
    }

    /** The fewest domains of a depth that have the room together, whatever else is wished. */
    static int fewest(ClusterDomain domain, int depth, int hosts, RoomCounts counts) {
        if (depth <= domain.depth()) {
            return 1;
        }
        List<Integer> rooms = new ArrayList<>();
        domain.visit(depth, inner -> rooms.add(counts.room(inner)));
        int[] sorted = rooms.stream().mapToInt(Integer::intValue).toArray();
        Arrays.sort(sorted);
        int domains = 0;
        for (int held = 0; held < hosts && domains < sorted.length; domains++) {
            held += sorted[sorted.length - 1 - domains];
        }
        return domains;
    }

    private List<Take> takes(ClusterDomain domain, int hosts) {
        if (domain.depth() == layout.innermost()) {
            return List.of(new Take(domain, hosts));
        }
        Stock stock = Stock.ofFree(counts);
        if (ExactPacking.steps(layout, stock, domain, hosts, MOST_STEPS) <= MOST_STEPS) {
            List<Take> exact = exact(domain, hosts, cost(domain)).takes(hosts).orElse(List.of());
            if (!exact.isEmpty()) {
                return exact;
            }
        }
        return new GreedyPacking(layout, counts).takes(domain, hosts);
    }

    private PackingCost cost(ClusterDomain fit) {
        return new PackingCost(layout, fit.depth(), size.hosts(), counts.hosts(fit.ancestor(0)));
    }

    private ExactPacking exact(ClusterDomain domain, int hosts, PackingCost cost) {
        return new ExactPacking(layout, counts, Stock.ofFree(counts), cost, domain, hosts);
    }
}
