package dev.muster.scheduler.placement;

import dev.muster.scheduler.cluster.ClusterDomain;
import dev.muster.scheduler.cluster.ClusterHost;
import dev.muster.scheduler.cluster.RoomCounts;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Takes pods where they are missed least: from domains already in use and with least room first, so that large holes stay
 * whole; in a domain the same with hosts.
 *
 * <p>Complexity: along each path it goes down, looking at the children; sorting them where it needs more than one.
 */
final class LeastHarm {

    private static final Comparator<ClusterDomain> BROKEN_FIRST =
            Comparator.comparing((ClusterDomain domain) -> domain.usedHosts() == 0);

    private final RoomCounts counts;
    private final Comparator<ClusterDomain> order;

    LeastHarm(RoomCounts counts) {
        this.counts = counts;
        this.order = BROKEN_FIRST.thenComparingInt(counts::pods);
    }

    /** So many pods of a domain, or all it has room for, whatever the slices; in no particular order. */
    List<HostTake> take(ClusterDomain domain, int pods) {
        List<HostTake> takes = new ArrayList<>();
        take(domain, Math.min(pods, counts.pods(domain)), takes);
        return takes;
    }

    private void take(ClusterDomain domain, int pods, List<HostTake> takes) {
        if (pods == 0) {
            return;
        }
        if (domain.children().isEmpty()) {
            takeFrom(domain, pods, takes);
            return;
        }
        ClusterDomain best = best(domain);
        if (counts.pods(best) >= pods) {
            take(best, pods, takes);
            return;
        }
        List<ClusterDomain> children = new ArrayList<>(domain.children());
        children.removeIf(child -> counts.pods(child) == 0);
        children.sort(order);
        int left = pods;
        for (ClusterDomain child : children) {
            int part = Math.min(left, counts.pods(child));
            take(child, part, takes);
            left -= part;
        }
    }

    private ClusterDomain best(ClusterDomain domain) {
        ClusterDomain best = domain.children().get(0);
        for (ClusterDomain child : domain.children()) {
            if (counts.pods(child) > 0 && (counts.pods(best) == 0 || order.compare(child, best) < 0)) {
                best = child;
            }
        }
        return best;
    }

    private void takeFrom(ClusterDomain innermost, int pods, List<HostTake> takes) {
        ClusterHost best = null;
        for (ClusterHost host : innermost.hosts()) {
            if (counts.pods(host) > 0 && (best == null || ClusterHost.LEAST_HARM.compare(host, best) < 0)) {
                best = host;
            }
        }
        if (best == null) {
            return;
        }
        if (counts.pods(best) >= pods) {
            takes.add(new HostTake(best, pods));
            return;
        }
        List<ClusterHost> free = new ArrayList<>(innermost.hosts());
        free.removeIf(host -> counts.pods(host) == 0);
        free.sort(ClusterHost.LEAST_HARM);
        int left = pods;
        for (ClusterHost host : free) {
            int part = Math.min(left, counts.pods(host));
            if (part > 0) {
                takes.add(new HostTake(host, part));
            }
            left -= part;
        }
    }

    /**
     * Takes so many pods, or all there is room for, as near as possible to hosts of a gang: from their innermost domains, then from
     * the ones around those, as far out as a depth. The counts must be a fork: what is taken is taken there too.
     *
     * @return the hosts, one for each pod, nearest first
     */
    static List<ClusterHost> takeNear(List<ClusterHost> gang, int outermost, int pods, RoomCounts fork) {
        List<ClusterHost> chosen = new ArrayList<>();
        int depth = gang.isEmpty() ? -1 : gang.get(0).domain().depth();
        for (; depth >= outermost && chosen.size() < pods; depth--) {
            for (ClusterHost host : gang) {
                if (chosen.size() == pods) {
                    break;
                }
                ClusterDomain domain = host.domain().ancestor(depth);
                if (fork.pods(domain) > 0) {
                    takeAll(new LeastHarm(fork).take(domain, pods - chosen.size()), fork, chosen);
                }
            }
        }
        return chosen;
    }

    private static void takeAll(List<HostTake> takes, RoomCounts fork, List<ClusterHost> chosen) {
        for (HostTake take : takes) {
            for (int pod = 0; pod < take.pods(); pod++) {
                chosen.add(take.host());
            }
            Forks.take(fork, take.host(), take.pods());
        }
    }
}
