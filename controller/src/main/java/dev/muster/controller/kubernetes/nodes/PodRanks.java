package dev.muster.controller.kubernetes.nodes;

import java.util.Optional;

/** Which part of which attempt a pod is. Asked on the loop's thread, so it must answer from memory. */
public interface PodRanks {

    /**
     * A pod of ours.
     *
     * @param host the node that it is bound to
     */
    record PodRank(String jobUid, int attempt, int rank, String host) {}

    /** Empty for a pod that is not Muster's, or not known any more. */
    Optional<PodRank> byUid(String podUid);
}
