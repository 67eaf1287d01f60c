package dev.muster.controller.main;

import dev.muster.controller.state.NodeRecord;
import dev.muster.scheduler.cluster.ClusterSpec;
import java.util.Collection;

/** The cluster file does not go with what is stored; one line says what to do. Nothing was changed. */
final class ClusterMismatch extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private ClusterMismatch(String message) {
        super(message);
    }

    /** Makes sure that every known host has a place in the fabric that the file describes. */
    static void check(ClusterSpec cluster, Collection<NodeRecord> nodes) {
        int levels = cluster.levels().size();
        for (NodeRecord node : nodes) {
            if (node.path().size() != levels) {
                throw new ClusterMismatch("host " + node.name() + " is stored with the path \""
                        + String.join("/", node.path()) + "\", and the cluster file has the levels " + cluster.levels()
                        + "; start with the --cluster FILE that was used before");
            }
        }
    }
}
