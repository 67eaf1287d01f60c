package dev.muster.scheduler.placement;

import dev.muster.scheduler.cluster.ClusterDomain;
import dev.muster.scheduler.cluster.RoomCounts;
import dev.muster.scheduler.job.Spread;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;

/**
 * Packs a gang into a tree of domains.
 *
 * <p>Goals: one domain of the innermost possible level holds the gang, from the preferred level outwards. In it, the fewest domains of
 * the preferred level are used, then the fewest of each level below down to hosts. Among equals, the least room is left over in the
 * domains used; then the least is broken up; then names decide.
 *
 * <p>Constraints: slices hold; the required level is not left.
 *
 * <p>Algorithm: 1. Going outwards from the preferred level, the first depth at which some domain has the room is where the gang
 * goes. 2. Candidates of that depth are put in order of what the gang could cost there at the least ({@link FewestDomains}), then of
 * how tightly it fits. 3. In the best the largest domains are filled first ({@link GreedyPacking}). When that reaches the lower bound
 * on every level and leaves no more room over than any choice must, it is the best there is. 4. Else {@link ExactPacking} decides,
 * candidate after candidate while a bound is lower than the best cost, as long as the work stays within a bound that grows with the
 * gang ({@link #stepsFor}); past it the filled one stands, and the score says how far from the lower bound it is.
 *
 * <p>Example: racks with room for 4, 4 and 3, a gang of 6 with racks preferred: no rack holds it, so the cluster does, with two racks;
 * 4+4 and 4+3 have room, and 4+3 leaves less over.
 *
 * <p>Complexity: visits of the domains with room down to the depth where it goes, and the packing.
 */
final class TreePacking {

    private static final long FEWEST_STEPS = 20_000;
    private static final long STEPS_PER_POD = 1_000;
    private static final long MOST_STEPS = 3_000_000;
    private static final int MOST_CANDIDATES_TRIED = 64;

    private final GangLayout layout;
    private final RoomCounts counts;
    private final GangSize size;
    private final int domainIds;

    TreePacking(GangLayout layout, RoomCounts counts, GangSize size, int domainIds) {
        this.layout = layout;
        this.counts = counts;
        this.size = size;
        this.domainIds = domainIds;
    }

    /** The pods by host in rank order, and the domain that holds them all. */
    record Packed(ClusterDomain fit, List<HostTake> hosts) {}

    /** Steps of exact packing that a gang of that size is worth. */
    static long stepsFor(int pods) {
        return Math.min(MOST_STEPS, FEWEST_STEPS + STEPS_PER_POD * pods);
    }

    /** Puts the gang in; a required domain inside this one must hold it. */
    Packed pack(ClusterDomain root) {
        int innermost = layout.innermost();
        int outermost = Math.max(root.depth(), Math.min(layout.required(), innermost));
        for (int depth = Math.min(layout.counted(), innermost); depth > outermost; depth--) {
            List<ClusterDomain> candidates = candidates(root, depth);
            if (!candidates.isEmpty()) {
                return best(candidates);
            }
        }
        return best(candidates(root, outermost));
    }

    private List<ClusterDomain> candidates(ClusterDomain root, int depth) {
        List<ClusterDomain> candidates = new ArrayList<>();
        collect(root, depth, candidates);
        return candidates;
    }

    private void collect(ClusterDomain domain, int depth, List<ClusterDomain> candidates) {
        if (counts.room(domain) < size.pods()) {
            return;
        }
        if (domain.depth() == layout.required() && counts.pods(domain) < size.pods() + size.spares()) {
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

    private Packed best(List<ClusterDomain> candidates) {
        if (isBalanced()) {
            return new BalancedSpread(layout, counts, size.pods(), domainIds).best(candidates);
        }
        if (candidates.get(0).children().isEmpty()) {
            return bestInnermost(candidates);
        }
        FewestDomains fewest = new FewestDomains(layout, counts);
        PackingCost cost = cost(candidates.get(0));
        List<Candidate> inOrder = new ArrayList<>(candidates.size());
        for (ClusterDomain domain : candidates) {
            inOrder.add(new Candidate(domain, candidates.size() == 1 ? 0 : fewest.bound(domain, size.pods(), cost)));
        }
        inOrder.sort(Comparator.comparingLong(Candidate::bound).thenComparing(Candidate::domain, this::compareRoom));
        Attempt best = attempt(inOrder.get(0).domain(), cost, fewest);
        long budget = stepsFor(size.pods());
        for (int next = 1; next < Math.min(inOrder.size(), MOST_CANDIDATES_TRIED); next++) {
            Candidate candidate = inOrder.get(next);
            budget -= ExactPacking.steps(layout, counts, candidate.domain(), size.pods(), budget + 1);
            boolean mayBeBetter = candidate.bound() < best.cost()
                    || (candidate.bound() == best.cost() && compareRoom(candidate.domain(), best.fit()) == 0);
            if (!mayBeBetter || budget < 0) {
                break;
            }
            Attempt other = attempt(candidate.domain(), cost, fewest);
            best = other.isBetterThan(best) ? other : best;
        }
        return new Packed(best.fit(), best.takes().hosts(counts));
    }

    /** Of domains that hold hosts: the fewest hosts, then the tightest. */
    private Packed bestInnermost(List<ClusterDomain> candidates) {
        boolean alike = layout.shape().podsPerHost() == 1;
        ClusterDomain best = candidates.get(0);
        int bestHosts = alike ? 0 : hosts(best);
        for (int next = 1; next < candidates.size(); next++) {
            ClusterDomain candidate = candidates.get(next);
            int hosts = alike ? 0 : hosts(candidate);
            if (hosts < bestHosts || (hosts == bestHosts && compareRoom(candidate, best) < 0)) {
                best = candidate;
                bestHosts = hosts;
            }
        }
        List<HostTake> takes = new ArrayList<>();
        new HostPacking(best, counts).take(size.pods(), takes);
        return new Packed(best, takes);
    }

    private int hosts(ClusterDomain innermost) {
        return new FewestDomains(layout, counts).fewest(innermost, layout.hostDepth(), size.pods());
    }

    private boolean isBalanced() {
        return layout.request().topology().spread() == Spread.BALANCED;
    }

    /** A domain with the least that the gang could cost in it. */
    private record Candidate(ClusterDomain domain, long bound) {}

    /** A way to fill a domain, with what it costs. */
    private record Attempt(ClusterDomain fit, Takes takes, long cost, long tie) {
        boolean isBetterThan(Attempt other) {
            return cost < other.cost || (cost == other.cost && tie < other.tie);
        }
    }

    private int compareRoom(ClusterDomain left, ClusterDomain right) {
        for (int depth = left.depth(); depth >= 0; depth--) {
            ClusterDomain leftAround = left.ancestor(depth);
            ClusterDomain rightAround = right.ancestor(depth);
            int order = Integer.compare(counts.pods(leftAround), counts.pods(rightAround));
            if (order == 0) {
                order = Boolean.compare(leftAround.usedHosts() == 0, rightAround.usedHosts() == 0);
            }
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    private Attempt attempt(ClusterDomain fit, PackingCost cost, FewestDomains fewest) {
        Takes filled = new Takes(fit, domainIds);
        new GreedyPacking(layout, counts, filled).distribute(fit, size.pods());
        boolean worthwhile = !fewest.isBest(fit, filled, size.pods(), cost);
        long most = stepsFor(size.pods());
        if (worthwhile && ExactPacking.steps(layout, counts, fit, size.pods(), most) <= most) {
            ExactPacking exact = new ExactPacking(layout, counts, cost, fit, size.pods());
            OptionalLong found = exact.cost(size.pods());
            if (found.isPresent()) {
                Takes takes = new Takes(fit, domainIds);
                exact.collect(size.pods(), takes);
                return new Attempt(fit, takes, found.getAsLong(), exact.tie(size.pods()));
            }
        }
        return new Attempt(fit, filled, fewest.cost(fit, filled, cost), 0);
    }

    private PackingCost cost(ClusterDomain fit) {
        return new PackingCost(layout, fit.depth(), size.pods(), counts.pods(fit.ancestor(0)));
    }
}
