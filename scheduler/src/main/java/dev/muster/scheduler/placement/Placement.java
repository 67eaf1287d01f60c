package dev.muster.scheduler.placement;

import dev.muster.scheduler.job.ResourceVector;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a gang runs.
 *
 * @param hosts the host of each pod in the order of ranks, the leader first; consecutive ones share the lowest possible domain. A
 *     host that takes several pods is named as often
 * @param ranks the rank of each of {@code hosts}: 0, 1, 2, ... unless an elastic gang was repaired and some ranks are missing
 * @param spares held beside them, nearest first
 */
public record Placement(List<String> hosts, List<Integer> ranks, List<String> spares, PlacementScore score) {

    public Placement {
        hosts = List.copyOf(hosts);
        ranks = List.copyOf(ranks);
        spares = List.copyOf(spares);
    }

    /** All ranks from 0 on. */
    public static Placement whole(List<String> hosts, List<String> spares, PlacementScore score) {
        List<Integer> ranks = new ArrayList<>(hosts.size());
        for (int rank = 0; rank < hosts.size(); rank++) {
            ranks.add(rank);
        }
        return new Placement(hosts, ranks, spares, score);
    }

    /** The hosts and the spares: each holds resources of one pod. */
    public List<String> held() {
        List<String> held = new ArrayList<>(hosts);
        held.addAll(spares);
        return held;
    }

    /** What the pod of a rank takes. */
    public static ResourceVector requestOf(GangRequest request, int rank) {
        return rank == 0 ? request.leader().orElse(request.perPod()) : request.perPod();
    }
}
