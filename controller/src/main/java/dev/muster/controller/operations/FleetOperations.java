package dev.muster.controller.operations;

import dev.muster.controller.operations.Views.NodeState;
import dev.muster.controller.operations.Views.NodeView;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** What operators ask about hosts, queues and the tree they form; futures as in {@link JobOperations}. */
public interface FleetOperations {

    CompletableFuture<Views.NodePage> nodes(Set<NodeState> states, int pageSize, String pageToken);

    CompletableFuture<NodeView> node(String name);

    CompletableFuture<NodeView> change(String name, NodeAction action, String reason);

    /**
     * An operator vouches that nothing runs on a host that does not answer, so that no gang need wait for proof; the host leaves the
     * fleet once nothing is held there. Refused while it answers, and while it is not judged yet.
     */
    CompletableFuture<NodeView> declareDead(String name, String reason);

    CompletableFuture<List<Views.QueueView>> queues();

    CompletableFuture<Views.Topology> topology(int maxDomains);

    CompletableFuture<Views.Cluster> cluster();

    /** What an operator can do to a host. */
    enum NodeAction {
        CORDON,
        UNCORDON,
        DRAIN,
        QUARANTINE,
        RELEASE
    }
}
