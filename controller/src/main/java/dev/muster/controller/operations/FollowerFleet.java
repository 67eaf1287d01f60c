package dev.muster.controller.operations;

import dev.muster.controller.operations.Views.NodeState;
import dev.muster.controller.operations.Views.NodeView;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** What a controller that follows says about the fleet: ask the leader, which alone hears the hosts. */
public final class FollowerFleet implements FleetOperations {

    private final Supplier<Optional<String>> leader;

    /** @param leader where the leader is, as far as that is known */
    public FollowerFleet(Supplier<Optional<String>> leader) {
        this.leader = leader;
    }

    private <R> CompletableFuture<R> askTheLeader() {
        return CompletableFuture.failedFuture(Refusal.notLeading(leader.get()));
    }

    @Override
    public CompletableFuture<Views.NodePage> nodes(Set<NodeState> states, int pageSize, String pageToken) {
        return askTheLeader();
    }

    @Override
    public CompletableFuture<NodeView> node(String name) {
        return askTheLeader();
    }

    @Override
    public CompletableFuture<NodeView> change(String name, NodeAction action, String reason) {
        return askTheLeader();
    }

    @Override
    public CompletableFuture<NodeView> declareDead(String name, String reason) {
        return askTheLeader();
    }

    @Override
    public CompletableFuture<List<Views.QueueView>> queues() {
        return askTheLeader();
    }

    @Override
    public CompletableFuture<Views.Topology> topology(int maxDomains) {
        return askTheLeader();
    }

    @Override
    public CompletableFuture<Views.Cluster> cluster() {
        return askTheLeader();
    }
}
