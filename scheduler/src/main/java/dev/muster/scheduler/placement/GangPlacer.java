package dev.muster.scheduler.placement;

import dev.muster.scheduler.cluster.ClusterDomain;
import dev.muster.scheduler.cluster.ClusterSnapshot;
import dev.muster.scheduler.cluster.RoomCounts;
import dev.muster.scheduler.explain.Rejection;
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
     * The room for its pods as it is now, hosts that it avoids left out: for {@link #placeIn}, as it is or forked and changed. Only for
     * requests that {@link #neverFits} does not call {@code INVALID}.
     */
    RoomCounts counts(GangRequest request, ClusterSnapshot cluster);

    /** Whether the gang fits into some room; costs no more than the domains of its required level. */
    boolean fits(GangRequest request, ClusterSnapshot cluster, RoomCounts counts);

    /** The most pods of the gang, at most those asked for, that a domain holds beside its leader and spares. */
    int podsIn(GangRequest request, ClusterSnapshot cluster, ClusterDomain domain, RoomCounts counts);

    /** Where the gang goes in some room; empty when it does not fit. */
    Optional<Placement> placeIn(GangRequest request, ClusterSnapshot cluster, RoomCounts counts);

    /** Where pods that a running gang lacks can go so that it is whole again; see {@link Repair}. */
    PlacementResult repair(Repair repair, ClusterSnapshot cluster);
}
