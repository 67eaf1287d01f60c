package dev.muster.scheduler.placement;

import dev.muster.scheduler.cluster.ClusterDomain;
import dev.muster.scheduler.cluster.RoomCounts;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Divides a gang evenly over the fewest domains of its preferred level.
 *
 * <p>Goals: the fewest domains; then the largest least share; then the most even shares; then the tightest domains.
 *
 * <p>Constraints: shares are whole granules. No slices begin above the preferred level.
 *
 * <p>Algorithm: the fewest is k, the number of largest domains that hold the gang. If k domains have room for an even share, the
 * tightest such k are taken; else the k largest. Then the domains are filled from the smallest: each takes its room or an even
 * part of what is left, whichever is less.
 *
 * <p>Example: 10 hosts, racks of 8, 7, 5 and 2. Two racks are enough; an even share is 5. The tightest two with room for 5 are
 * those of 5 and 7: 5 and 5.
 *
 * <p>Complexity: sorting the domains of the level. It is water-filling, as in max-min fairness.
 */
final class BalancedSpread {

    private BalancedSpread() {}

    /** The share of each domain of a depth, within a domain that holds the gang. */
    static List<Take> shares(ClusterDomain fit, int depth, int granule, int hosts, RoomCounts counts) {
        List<ClusterDomain> smallestFirst = new ArrayList<>();
        fit.visit(depth, domain -> {
            if (counts.room(domain) > 0) {
                smallestFirst.add(domain);
            }
        });
        smallestFirst.sort(Comparator.comparingInt(counts::room));
        int domains = 0;
        for (int held = 0; held < hosts; domains++) {
            held += counts.room(smallestFirst.get(smallestFirst.size() - 1 - domains));
        }
        int granules = hosts / granule;
        int evenShare = (granules + domains - 1) / domains * granule;
        int from = 0;
        while (from < smallestFirst.size() - domains && counts.room(smallestFirst.get(from)) < evenShare) {
            from++;
        }
        List<Take> shares = new ArrayList<>();
        int left = granules;
        for (int index = 0; index < domains; index++) {
            ClusterDomain domain = smallestFirst.get(from + index);
            int share = Math.min(counts.room(domain) / granule, left / (domains - index));
            left -= share;
            shares.add(new Take(domain, share * granule));
        }
        return shares;
    }
}
