package dev.muster.scheduler.placement;

import dev.muster.scheduler.cluster.ClusterDomain;
import dev.muster.scheduler.cluster.ClusterHost;
import dev.muster.scheduler.cluster.RoomCounts;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
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
 * <p>That is even over domains first. Where no slices begin in between, all hosts of the fewest domains are also divided at once
 * ({@link EvenHosts}), for each choice of domains, up to {@value #MOST_CHOICES} and {@value #MOST_HOSTS}
 * hosts in all; the result is taken where it is better.
 *
 * <p>Example: 10 hosts, racks of 8, 7, 5 and 2. Two racks are enough; an even share is 5. The tightest two with room for 5 are
 * those of 5 and 7: 5 and 5.
 *
 * <p>Complexity: sorting the domains of the level and the hosts of those used. It is water-filling, as in max-min fairness.
 */
final class BalancedSpread {

    private static final int MOST_CHOICES = 200;
    private static final int MOST_HOSTS = 20_000;

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
        Comparator<TreePacking.Packed> order = Comparator.<TreePacking.Packed, List<HostTake>>comparing(
                        TreePacking.Packed::hosts, this::compare)
                .thenComparing(packed -> counts.pods(packed.fit()));
        return order.compare(left, right) < 0;
    }

    /** The better first: fewer domains, a larger least share, more even shares, fewer hosts. */
    private int compare(List<HostTake> left, List<HostTake> right) {
        return Comparator.comparingInt(this::domains)
                .thenComparing(BalancedSpread::least, Comparator.reverseOrder())
                .thenComparing(BalancedSpread::unevenness)
                .thenComparing(List::size)
                .compare(left, right);
    }

    private int domains(List<HostTake> takes) {
        if (layout.counted() == layout.hostDepth()) {
            return takes.size();
        }
        return (int) takes.stream()
                .map(take -> take.host().domain().ancestor(layout.counted()))
                .distinct()
                .count();
    }

    private static int least(List<HostTake> takes) {
        return takes.stream().mapToInt(HostTake::pods).min().orElse(0);
    }

    private static int unevenness(List<HostTake> takes) {
        return takes.stream().mapToInt(HostTake::pods).max().orElse(0) - least(takes);
    }

    private List<HostTake> hosts(ClusterDomain fit) {
        List<HostTake> best = evenDomains(fit);
        if (!layout.hasSlicesBetween(fit.depth(), layout.hostDepth())) {
            int granule = layout.granule(layout.hostDepth());
            for (List<ClusterHost> hosts : choices(fit)) {
                int most = layout.counted() == layout.hostDepth() ? fewest(hosts, counts::room) : hosts.size();
                Optional<List<HostTake>> even = EvenHosts.divide(hosts, counts::room, granule, pods, most);
                best = even.isPresent() && compare(even.get(), best) < 0 ? even.get() : best;
            }
        }
        List<HostTake> takes = new ArrayList<>(best);
        takes.sort(Comparator.comparing(HostTake::host, RankOrder.INSTANCE));
        return takes;
    }

    /** How many of the roomiest places hold the gang. */
    private <T> int fewest(List<T> places, ToIntFunction<T> room) {
        int[] rooms = places.stream().mapToInt(room).sorted().toArray();
        int used = 0;
        for (long held = 0; held < pods && used < rooms.length; used++) {
            held += rooms[rooms.length - 1 - used];
        }
        return used;
    }

    /** The hosts of each choice of the fewest domains of the preferred level; only of the roomiest where there are many choices. */
    private List<List<ClusterHost>> choices(ClusterDomain fit) {
        List<ClusterDomain> domains = new ArrayList<>();
        int depth = layout.counted() > layout.innermost() ? fit.depth() : Math.max(fit.depth(), layout.counted());
        fit.visit(depth, domains::add);
        domains.removeIf(domain -> counts.room(domain) == 0);
        domains.sort(Comparator.<ClusterDomain>comparingInt(counts::room).reversed());
        List<List<ClusterHost>> choices = new ArrayList<>();
        choose(domains, 0, fewest(domains, counts::room), new ArrayDeque<>(), choices);
        return choices;
    }

    /** The roomiest come first; it ends when there are enough choices. */
    private void choose(
            List<ClusterDomain> domains,
            int from,
            int wanted,
            Deque<ClusterDomain> chosen,
            List<List<ClusterHost>> choices) {
        if (wanted == 0) {
            List<ClusterHost> hosts = new ArrayList<>();
            chosen.forEach(domain -> collect(domain, hosts));
            choices.add(hosts);
            return;
        }
        for (int at = from; at <= domains.size() - wanted && !isEnough(choices); at++) {
            long held = chosen.stream().mapToLong(counts::room).sum() + (long) wanted * counts.room(domains.get(at));
            if (held < pods) {
                return;
            }
            chosen.addLast(domains.get(at));
            choose(domains, at + 1, wanted - 1, chosen, choices);
            chosen.removeLast();
        }
    }

    private static boolean isEnough(List<List<ClusterHost>> choices) {
        return choices.size() >= MOST_CHOICES
                || choices.stream().mapToInt(List::size).sum() >= MOST_HOSTS;
    }

    private List<HostTake> evenDomains(ClusterDomain fit) {
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
