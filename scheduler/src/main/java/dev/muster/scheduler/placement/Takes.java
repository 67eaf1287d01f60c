package dev.muster.scheduler.placement;

import dev.muster.scheduler.cluster.ClusterDomain;
import dev.muster.scheduler.cluster.RoomCounts;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How many pods come from each domain of a tree; given for innermost domains, it knows those around them too. */
final class Takes {

    private final int[] pods;
    private final ClusterDomain fit;

    /** Nothing yet, in one domain of a cluster with so many domain numbers. */
    Takes(ClusterDomain fit, int domainIds) {
        this.fit = fit;
        this.pods = new int[domainIds];
    }

    void add(ClusterDomain innermost, int more) {
        for (@Nullable ClusterDomain at = innermost;
                at != null;
                at = at.parent().orElse(null)) {
            pods[at.id()] += more;
        }
    }

    int of(ClusterDomain domain) {
        return pods[domain.id()];
    }

    /** What it costs, and how much room its domains have; only of domains that it uses. */
    Used used(PackingCost cost, int innermost, RoomCounts counts) {
        Used used = new Used(new int[innermost + 2], new long[innermost + 2]);
        count(fit, cost, innermost, counts, used);
        return used;
    }

    /**
     * What is used by depth.
     *
     * @param domains how many; at the depth of hosts the hosts, as few as can be
     * @param room pods that these have room for
     */
    record Used(int[] domains, long[] room) {}

    private void count(ClusterDomain domain, PackingCost cost, int innermost, RoomCounts counts, Used used) {
        if (of(domain) == 0) {
            return;
        }
        used.domains()[domain.depth()]++;
        used.room()[domain.depth()] += counts.pods(domain);
        for (ClusterDomain child : domain.children()) {
            count(child, cost, innermost, counts, used);
        }
    }

    /** The hosts, in the order of the tree, which is that of ranks. */
    List<HostTake> hosts(RoomCounts counts) {
        List<HostTake> hosts = new ArrayList<>();
        collect(fit, counts, hosts);
        return hosts;
    }

    private void collect(ClusterDomain domain, RoomCounts counts, List<HostTake> hosts) {
        if (of(domain) == 0) {
            return;
        }
        if (domain.children().isEmpty()) {
            new HostPacking(domain, counts).take(of(domain), hosts);
            return;
        }
        for (ClusterDomain child : domain.children()) {
            collect(child, counts, hosts);
        }
    }
}
