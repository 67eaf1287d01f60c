package dev.muster.scheduler.placement;

import dev.muster.scheduler.cluster.ClusterHost;
import dev.muster.scheduler.cluster.GangShape;
import dev.muster.scheduler.cluster.RoomCounts;

/** Changes of forked counters by pods of their own shape. */
final class Forks {

    private Forks() {}

    /** Pods of the shape begin on a host; where each pod needs a host of its own the host is closed for more. */
    static void take(RoomCounts fork, ClusterHost host, int pods) {
        GangShape shape = fork.shape();
        if (shape.podsPerHost() == 1) {
            fork.close(host);
        } else {
            fork.take(host, shape.perPod().times(pods));
        }
    }
}
