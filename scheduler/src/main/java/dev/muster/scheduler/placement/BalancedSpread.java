package dev.muster.scheduler.placement;

import dev.muster.scheduler.cluster.ClusterDomain;
import dev.muster.scheduler.cluster.ClusterHost;
import dev.muster.scheduler.cluster.RoomCounts;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * Divides a gang evenly over the fewest domains of its preferred level, and its part of each over the fewest hosts.
 *
 * <p>Goals: the fewest domains; then the largest least share of a host; then the most even shares; then the fewest and tightest hosts.
 *
 * <p>Constraints: shares are whole granules. Where slices begin below the preferred level, hosts inside a domain are packed.
 *
 * <p>Algorithm: the fewest is k, the number of largest domains that hold the gang. If k domains have room for an even share, the
 * tightest such k are taken; else the k largest. Then the domains are filled from the smallest: each takes its room or an even
 * part of what is left, whichever is less. The same again with the hosts inside each domain. Of several domains that hold the whole
 * gang, the one is taken whose hosts can be the most even.
 *
 * <p>Example: 10 hosts, racks of 8, 7, 5 and 2. Two racks are enough; an even share is 5. The tightest two with room for 5 are
 * those of 5 and 7: 5 and 5.
 *
 * <p>Complexity: sorting the domains of the level and the hosts of those used. It is water-filling, as in max-min fairness.
 */
final class BalancedSpread {

    private final GangLayout layout;
    private final RoomCounts counts;
    private final int pods;
    private final int domainIds;

    BalancedSpread(GangLayout layout, RoomCounts counts, int pods, int domainIds) {
        this.layout = layout;
        this.counts = counts;
        this.pods = pods;
        this.domainIds = domainIds;
    }

    /** So much of one domain or host. */
    private record Share<T>(T of, int pods) {}

    /** The most even way to fill one of these domains, each of which holds the gang. */
    TreePacking.Packed best(List<ClusterDomain> candidates) {
        TreePacking.Packed best = null;
        for (ClusterDomain fit : candidates) {
            TreePacking.Packed packed = new TreePacking.Packed(fit, hosts(fit));
            best = best == null || isMoreEven(packed, best) ? packed : best;
        }
        if (best == null) {
            throw new IllegalStateException("there is no domain to fill");
        }
        return best;
    }

    private boolean isMoreEven(TreePacking.Packed left, TreePacking.Packed right) {
        Comparator<TreePacking.Packed> order = Comparator.<TreePacking.Packed>comparingInt(BalancedSpread::least)
                .thenComparing(BalancedSpread::spread, Comparator.reverseOrder())
                .thenComparing(packed -> packed.hosts().size(), Comparator.reverseOrder())
                .thenComparing(packed -> counts.pods(packed.fit()), Comparator.reverseOrder());
        return order.compare(left, right) > 0;
    }

    private static int least(TreePacking.Packed packed) {
        return packed.hosts().stream().mapToInt(HostTake::pods).min().orElse(0);
    }

    private static int spread(TreePacking.Packed packed) {
        return packed.hosts().stream().mapToInt(HostTake::pods).max().orElse(0) - least(packed);
    }

    private List<HostTake> hosts(ClusterDomain fit) {
        List<HostTake> takes = new ArrayList<>();
        int counted = Math.min(layout.counted(), layout.innermost());
        if (fit.depth() >= counted || layout.hasSlicesBetween(fit.depth() + 1, counted)) {
            fill(fit, pods, takes);
        } else {
            List<ClusterDomain> domains = new ArrayList<>();
            fit.visit(counted, domains::add);
            for (Share<ClusterDomain> share : shares(domains, counts::room, layout.granule(counted), pods)) {
                fill(share.of(), share.pods(), takes);
            }
        }
        takes.sort(Comparator.comparing(HostTake::host, RankOrder.INSTANCE));
        return takes;
    }

    private void fill(ClusterDomain domain, int part, List<HostTake> takes) {
        if (layout.hasSlicesBetween(domain.depth(), layout.hostDepth())) {
            takes.addAll(new TreePacking(layout.withPackedSpread(), counts, new GangSize(part, 0), domainIds)
                    .pack(domain)
                    .hosts());
            return;
        }
        List<ClusterHost> hosts = new ArrayList<>();
        collect(domain, hosts);
        for (Share<ClusterHost> share : shares(hosts, counts::room, layout.granule(layout.hostDepth()), part)) {
            takes.add(new HostTake(share.of(), share.pods()));
        }
    }

    private void collect(ClusterDomain domain, List<ClusterHost> hosts) {
        if (counts.room(domain) == 0) {
            return;
        }
        domain.children().forEach(child -> collect(child, hosts));
        hosts.addAll(domain.hosts());
    }

    /** Even shares of the fewest of some places; they must have room for so much together. */
    private static <T> List<Share<T>> shares(List<T> places, ToIntFunction<T> room, int granule, int amount) {
        List<T> smallestFirst = new ArrayList<>(places);
        smallestFirst.removeIf(place -> room.applyAsInt(place) == 0);
        smallestFirst.sort(Comparator.comparingInt(room));
        int used = 0;
        for (long held = 0; held < amount; used++) {
            held += room.applyAsInt(smallestFirst.get(smallestFirst.size() - 1 - used));
        }
        int granules = amount / granule;
        int evenShare = (granules + used - 1) / used * granule;
        int from = 0;
        while (from < smallestFirst.size() - used && room.applyAsInt(smallestFirst.get(from)) < evenShare) {
            from++;
        }
        List<Share<T>> shares = new ArrayList<>();
        int left = granules;
        for (int index = 0; index < used; index++) {
            T place = smallestFirst.get(from + index);
            int share = Math.min(room.applyAsInt(place) / granule, left / (used - index));
            left -= share;
            if (share > 0) {
                shares.add(new Share<>(place, share * granule));
            }
        }
        return shares;
    }
}
