package dev.muster.scheduler.placement;

import dev.muster.scheduler.job.ResourceVector;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a gang runs.
 *
 * @param hosts in the order of node ranks, so that consecutive ones share the lowest possible domain
 * @param spares held beside them, nearest first
 */
public record Placement(List<String> hosts, List<String> spares, PlacementScore score) {

    public Placement {
        hosts = List.copyOf(hosts);
        spares = List.copyOf(spares);
    }

    /** The hosts and the spares: each holds resources of one pod. */
    public List<String> held() {
        List<String> held = new ArrayList<>(hosts);
        held.addAll(spares);
        return held;
    }

    /** What the whole gang holds. */
    public ResourceVector total(ResourceVector perHost) {
        return perHost.times((long) hosts.size() + spares.size());
    }
}
