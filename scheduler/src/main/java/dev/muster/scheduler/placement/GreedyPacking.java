package dev.muster.scheduler.placement;

import dev.muster.scheduler.cluster.ClusterDomain;
import dev.muster.scheduler.cluster.RoomCounts;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Distributes pods over the innermost domains of a tree, the largest domains first.
 *
 * <p>Goals: as {@link ExactPacking}, for gangs for which that would be too much work.
 *
 * <p>Constraints: the same. The domain holds the gang.
 *
 * <p>Algorithm: of the domains of the first counted level the largest are filled whole, until one is left to be filled in
 * part; for that one, the smallest that is large enough is taken. Inside each the same with the next level. Where slices begin
 * between the two depths, the tree is gone down one depth at a time, so that granules stay whole.
 *
 * <p>Example: racks with room for 7, 5, 4 and 3, a gang of 10: 7 from the first; for the 3 that are left the last.
 *
 * <p>Complexity: sorting the domains of each level that is not filled whole. The first counted level is exact unless slices begin
 * above it: no k domains have more room than the k largest. At deeper levels it may use more domains than needed; the score's
 * lower bound says at most how many.
 */
final class GreedyPacking {

    private final GangLayout layout;
    private final RoomCounts counts;
    private final Takes takes;
    private final Comparator<ClusterDomain> largestFirst;

    GreedyPacking(GangLayout layout, RoomCounts counts, Takes takes) {
        this.layout = layout;
        this.counts = counts;
        this.takes = takes;
        // Among equals those whose neighbours are large, neighbours together.
        Comparator<ClusterDomain> smallestFirst = Comparator.comparingInt((ClusterDomain inner) -> counts.room(inner));
        this.largestFirst = smallestFirst
                .thenComparingInt(inner -> inner.parent().map(counts::room).orElse(0))
                .reversed();
    }

    void distribute(ClusterDomain domain, int pods) {
        if (domain.depth() == layout.innermost()) {
            takes.add(domain, pods);
            return;
        }
        if (pods == counts.room(domain) && layout.granule(domain.depth()) == 1) {
            takeAll(domain);
            return;
        }
        int depth = domain.depth() + 1;
        int counted = Math.min(layout.counted(), layout.innermost());
        if (depth < counted && !layout.hasSlicesBetween(depth, counted)) {
            depth = counted;
        }
        List<ClusterDomain> largest = withRoom(domain, depth);
        largest.sort(largestFirst);
        int left = pods;
        int next = 0;
        while (counts.room(largest.get(next)) < left) {
            left -= counts.room(largest.get(next));
            distribute(largest.get(next), counts.room(largest.get(next)));
            next++;
        }
        // Equal rooms keep their order, so that the last one lies near the others.
        int tightest = next;
        for (int later = next + 1; later < largest.size() && counts.room(largest.get(later)) >= left; later++) {
            tightest = counts.room(largest.get(later)) < counts.room(largest.get(tightest)) ? later : tightest;
        }
        distribute(largest.get(tightest), left);
    }

    private void takeAll(ClusterDomain domain) {
        if (counts.room(domain) == 0) {
            return;
        }
        if (domain.children().isEmpty()) {
            takes.add(domain, counts.room(domain));
            return;
        }
        for (ClusterDomain child : domain.children()) {
            takeAll(child);
        }
    }

    private List<ClusterDomain> withRoom(ClusterDomain domain, int depth) {
        List<ClusterDomain> domains = new ArrayList<>();
        domain.visit(depth, inner -> {
            if (counts.room(inner) > 0) {
                domains.add(inner);
            }
        });
        return domains;
    }
}
