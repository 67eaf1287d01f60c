package dev.muster.scheduler.preemption;

import dev.muster.scheduler.cluster.ClusterDomain;
import dev.muster.scheduler.cluster.ClusterHost;
import dev.muster.scheduler.cluster.RoomCounts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A part of a place in which room comes in whole pieces: a host, or with slices a domain that must hold whole ones.
 *
 * @param domain the domain, or that of the host
 * @param items that free something in it
 */
record Region(ClusterDomain domain, Optional<ClusterHost> host, List<Item> items) {

    /** The regions of a place in which any of these items frees something. */
    static List<Region> of(Scope scope, List<Item> items, RoomCounts counts) {
        int depth = depth(scope, counts.shape().granules());
        int hostDepth = counts.shape().granules().size() - 1;
        Map<ClusterHost, Set<Item>> byHost = new LinkedHashMap<>();
        Map<ClusterDomain, Set<Item>> byDomain = new LinkedHashMap<>();
        for (Item item : items) {
            for (Item.Release release : item.releases()) {
                ClusterHost host = release.host();
                if (!scope.contains(host)) {
                    continue;
                }
                if (depth == hostDepth) {
                    byHost.computeIfAbsent(host, at -> new LinkedHashSet<>()).add(item);
                } else {
                    byDomain.computeIfAbsent(host.domain().ancestor(depth), at -> new LinkedHashSet<>())
                            .add(item);
                }
            }
        }
        List<Region> regions = new ArrayList<>();
        byHost.forEach((host, there) -> regions.add(new Region(host.domain(), Optional.of(host), List.copyOf(there))));
        byDomain.forEach((domain, there) -> regions.add(new Region(domain, Optional.empty(), List.copyOf(there))));
        return regions;
    }

    /** The deepest domains inside the place that take only the same whole pieces as the outermost ones inside it do. */
    private static int depth(Scope scope, List<Integer> granules) {
        int hostDepth = granules.size() - 1;
        int outermost = Math.min(hostDepth, scope.domain().depth() + 1);
        if (scope.host().isPresent() || granules.get(outermost) == 1) {
            return hostDepth;
        }
        int depth = outermost;
        while (depth < hostDepth && granules.get(depth + 1).equals(granules.get(outermost))) {
            depth++;
        }
        return depth;
    }

    boolean contains(ClusterHost other) {
        return host.map(other::equals).orElseGet(() -> other.domain().ancestor(domain.depth()) == domain);
    }

    int room(RoomCounts counts) {
        return host.map(counts::room).orElseGet(() -> counts.room(domain));
    }

    String name() {
        return domain.path() + "/" + host.map(ClusterHost::name).orElse("");
    }
}
