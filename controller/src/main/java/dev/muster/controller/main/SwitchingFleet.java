package dev.muster.controller.main;

import dev.muster.controller.operations.FleetOperations;
import dev.muster.controller.operations.Views;
import dev.muster.controller.operations.Views.NodeState;
import dev.muster.controller.operations.Views.NodeView;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Hands each call to the desk of the role that this controller has at that moment. */
record SwitchingFleet(Supplier<FleetOperations> desk) implements FleetOperations {

    @Override
    public CompletableFuture<Views.NodePage> nodes(Set<NodeState> states, int pageSize, String pageToken) {
        return desk.get().nodes(states, pageSize, pageToken);
    }

    @Override
    public CompletableFuture<NodeView> node(String name) {
        return desk.get().node(name);
    }

    @Override
    public CompletableFuture<NodeView> change(String name, NodeAction action, String reason) {
        return desk.get().change(name, action, reason);
    }

    @Override
    public CompletableFuture<NodeView> declareDead(String name, String reason) {
        return desk.get().declareDead(name, reason);
    }

    @Override
    public CompletableFuture<List<Views.QueueView>> queues() {
        return desk.get().queues();
    }

    @Override
    public CompletableFuture<Views.Topology> topology(int maxDomains) {
        return desk.get().topology(maxDomains);
    }

    @Override
    public CompletableFuture<Views.Cluster> cluster() {
        return desk.get().cluster();
    }
}
