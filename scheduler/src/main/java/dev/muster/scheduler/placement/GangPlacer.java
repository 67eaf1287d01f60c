package dev.muster.scheduler.placement;

import dev.muster.scheduler.cluster.ClusterSnapshot;
import dev.muster.scheduler.explain.Rejection;
import java.util.List;
import java.util.Optional;

/**
 * Chooses hosts. It leaves the snapshot as it found it: who takes the answer allocates what it names. The same question on
 * the same snapshot has the same answer.
 */
public interface GangPlacer {

    /** Where the gang can start now, or why it cannot. */
    PlacementResult place(GangRequest request, ClusterSnapshot cluster);

    /** Why it could not start even if the cluster were empty and no host excluded; empty when it could. */
    Optional<Rejection> neverFits(GangRequest request, ClusterSnapshot cluster);

    /**
     * Makes a gang whole again that has lost hosts: every survivor stays, each lost host is replaced by a spare first and
     * else by a free host that its topology allows, and the spares are topped up as far as free hosts fit. An elastic gang
     * that cannot be made whole goes on with as many hosts as there are, at least {@code minHosts}.
     *
     * <p>While asking, the survivors and the spares still hold their resources in the snapshot, and the lost hosts are
     * excluded or in {@code avoidHosts}. Of the answer, hosts and spares that are neither survivors nor among
     * {@code spareHosts} are free: the caller allocates those, and releases what it held on hosts that the answer does not
     * name.
     *
     * @param survivorHosts hosts of the gang that go on, each known to the cluster
     * @param spareHosts its spares; those that are excluded or unknown are not used
     * @return the hosts in rank order as after {@link #place}: ranks are given out anew
     */
    PlacementResult repair(
            GangRequest request, List<String> survivorHosts, List<String> spareHosts, ClusterSnapshot cluster);
}
