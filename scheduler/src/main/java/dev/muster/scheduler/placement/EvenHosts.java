package dev.muster.scheduler.placement;

import dev.muster.scheduler.cluster.ClusterHost;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.function.ToIntFunction;

/**
 * Divides a gang over some hosts as evenly as can be.
 *
 * <p>Goals: the largest least share; then the smallest largest share; then the fewest hosts, and of those equally large the first.
 *
 * <p>Constraints: shares are whole granules; no more than so many hosts.
 *
 * <p>Algorithm: a least share of m can be had when the roomiest hosts, no more than n/m of them, hold all n; that holds for each smaller m
 * too, so the largest is found by halving. With it fixed, the smallest largest share is found in the same way. The fewest roomiest hosts
 * that hold all under both bounds are filled from the smallest on: each takes its room, or an even part of what is left.
 *
 * <p>Example: 9 pods on hosts with room for 4, 4 and 3. A least share of 4 would need two hosts with room for 9; 3 works on all three,
 * and then nobody needs more: 3, 3, 3.
 *
 * <p>Complexity: sorting the hosts, and a pass over them for each halving. Halving the answer is the usual device for such bounds.
 */
final class EvenHosts {

    private final List<ClusterHost> hosts;
    private final int[] rooms;
    private final int amount;
    private final int mostHosts;

    /** In granules. */
    private EvenHosts(List<ClusterHost> roomiestFirst, int[] rooms, int amount, int mostHosts) {
        this.hosts = roomiestFirst;
        this.rooms = rooms;
        this.amount = amount;
        this.mostHosts = mostHosts;
    }

    /** The shares in pods; empty when these hosts do not hold so many. */
    static Optional<List<HostTake>> divide(
            List<ClusterHost> candidates, ToIntFunction<ClusterHost> room, int granule, int pods, int mostHosts) {
        List<ClusterHost> hosts = new ArrayList<>(candidates);
        hosts.removeIf(host -> room.applyAsInt(host) < granule);
        hosts.sort(Comparator.comparingInt(room).reversed());
        int[] rooms =
                hosts.stream().mapToInt(host -> room.applyAsInt(host) / granule).toArray();
        EvenHosts even = new EvenHosts(hosts, rooms, pods / granule, mostHosts);
        return even.hostsFor(1, even.amount) == 0 ? Optional.empty() : Optional.of(even.shares(granule));
    }

    private List<HostTake> shares(int granule) {
        int least = largest(1, Math.min(amount, rooms[0]), bound -> hostsFor(bound, amount) > 0);
        int most = smallest(least, rooms[0], bound -> hostsFor(least, bound) > 0);
        int used = hostsFor(least, most);
        List<HostTake> takes = new ArrayList<>(used);
        int left = amount;
        for (int index = used - 1; index >= 0; index--) {
            int share = Math.min(Math.min(rooms[index], most), left / (index + 1));
            takes.add(new HostTake(hosts.get(index), share * granule));
            left -= share;
        }
        return takes;
    }

    /** The fewest hosts that hold all with shares between two bounds; 0: there are none. */
    private int hostsFor(int least, int most) {
        long limit = Math.min(mostHosts, amount / least);
        long held = 0;
        for (int index = 0; index < rooms.length && index < limit && rooms[index] >= least; index++) {
            held += Math.min(rooms[index], most);
            if (held >= amount) {
                return index + 1;
            }
        }
        return 0;
    }

    /** The largest number between two for which something holds that holds for the first, and for all below one for which it does. */
    private static int largest(int first, int last, IntPredicate holds) {
        return smallest(first, last, above -> above == last || !holds.test(above + 1));
    }

    /** The smallest number between two for which something holds that holds for the last, and for all above one for which it does. */
    private static int smallest(int first, int last, IntPredicate holds) {
        int from = first;
        int to = last;
        while (from < to) {
            int middle = from + (to - from) / 2;
            if (holds.test(middle)) {
                to = middle;
            } else {
                from = middle + 1;
            }
        }
        return to;
    }
}
