package dev.muster.scheduler.placement;

import dev.muster.scheduler.cluster.ClusterDomain;
import dev.muster.scheduler.cluster.ClusterHost;
import dev.muster.scheduler.cluster.RoomCounts;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Takes hosts where they are missed least: from domains already in use and with least room first, so that large holes stay
 * whole; in a domain the same with hosts. What it has once taken it does not take again.
 *
 * <p>Complexity: along each path it goes down, sorting the children.
 */
final class LeastHarm {

    private final RoomCounts counts;
    private final Set<String> taken = new TreeSet<>();
    /** By domain: hosts with room in it that are taken. */
    private final Map<ClusterDomain, Integer> takenBelow = new LinkedHashMap<>();

    LeastHarm(RoomCounts counts) {
        this.counts = counts;
    }

    /** Notes that a host is not to be taken. */
    void reserve(ClusterHost host) {
        if (taken.add(host.name()) && counts.fits(host)) {
            for (ClusterDomain domain = host.domain();
                    domain != null;
                    domain = domain.parent().orElse(null)) {
                takenBelow.merge(domain, 1, Integer::sum);
            }
        }
    }

    /** How many could be taken from a domain. */
    int available(ClusterDomain domain) {
        return counts.hosts(domain) - takenBelow.getOrDefault(domain, 0);
    }

    /** Takes so many hosts from a domain, or all it has. */
    List<ClusterHost> take(ClusterDomain domain, int hosts) {
        List<ClusterHost> chosen = new ArrayList<>();
        take(domain, hosts, chosen);
        return chosen;
    }

    private void take(ClusterDomain domain, int hosts, List<ClusterHost> chosen) {
        int wanted = Math.min(hosts, available(domain));
        if (wanted == 0) {
            return;
        }
        List<ClusterDomain> children = new ArrayList<>(domain.children());
        if (children.isEmpty()) {
            takeFrom(domain, wanted, chosen);
            return;
        }
        children.removeIf(child -> available(child) == 0);
        children.sort(Comparator.<ClusterDomain, Boolean>comparing(child -> child.usedHosts() == 0)
                .thenComparingInt(this::available));
        int goal = chosen.size() + wanted;
        for (ClusterDomain child : children) {
            take(child, goal - chosen.size(), chosen);
        }
    }

    private void takeFrom(ClusterDomain innermost, int wanted, List<ClusterHost> chosen) {
        List<ClusterHost> free = new ArrayList<>();
        for (ClusterHost host : innermost.hosts()) {
            if (counts.fits(host) && !taken.contains(host.name())) {
                free.add(host);
            }
        }
        if (free.size() > wanted) {
            free.sort(ClusterHost.LEAST_HARM);
        }
        List<ClusterHost> kept = free.subList(0, wanted);
        kept.forEach(this::reserve);
        chosen.addAll(kept);
    }

    /**
     * Takes so many hosts, or all there are, as near as possible to hosts of a gang: from their innermost domains, then from the
     * ones around those, as far out as a depth.
     *
     * @return nearest first
     */
    List<ClusterHost> takeNear(List<ClusterHost> gang, int outermost, int hosts) {
        List<ClusterHost> chosen = new ArrayList<>();
        int depth = gang.isEmpty() ? -1 : gang.get(0).domain().depth();
        for (; depth >= outermost && chosen.size() < hosts; depth--) {
            Set<String> seen = new TreeSet<>();
            for (ClusterHost host : gang) {
                ClusterDomain domain = host.domain().ancestor(depth);
                if (chosen.size() < hosts && seen.add(domain.path())) {
                    take(domain, hosts - chosen.size(), chosen);
                }
            }
        }
        return chosen;
    }
}
