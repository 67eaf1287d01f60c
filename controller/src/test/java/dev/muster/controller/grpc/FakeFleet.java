package dev.muster.controller.grpc;

import dev.muster.controller.codec.RandomRecords;
import dev.muster.controller.operations.FleetOperations;
import dev.muster.controller.operations.Refusal;
import dev.muster.controller.operations.Views;
import dev.muster.controller.operations.Views.NodeState;
import dev.muster.controller.operations.Views.NodeView;
import dev.muster.controller.session.AgentMessage.DeviceReading;
import dev.muster.controller.state.NodeRecord;
import dev.muster.scheduler.job.JobKey;
import dev.muster.scheduler.job.ResourceVector;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A fleet of one host. */
final class FakeFleet implements FleetOperations {

    final NodeRecord record = new RandomRecords(5).node();
    final NodeView node = new NodeView(
            record,
            NodeState.QUARANTINED,
            "xid 79 on device 3",
            ResourceVector.of(2, 0, 0),
            7,
            List.of(new JobKey("default", "digits")),
            Optional.of(Instant.ofEpochMilli(5)),
            Optional.empty(),
            List.of(new DeviceReading(3, true, 45, 300, 0.5, 10, 1, 6)));
    final Queue<Object> asked = new ConcurrentLinkedQueue<>();

    @Override
    public CompletableFuture<Views.NodePage> nodes(Set<NodeState> states, int pageSize, String pageToken) {
        asked.add(states);
        asked.add(pageSize);
        return CompletableFuture.completedFuture(new Views.NodePage(List.of(node), ""));
    }

    @Override
    public CompletableFuture<NodeView> node(String name) {
        return name.equals(record.name())
                ? CompletableFuture.completedFuture(node)
                : CompletableFuture.failedFuture(new Refusal(Refusal.Kind.NOT_FOUND, "no host " + name));
    }

    @Override
    public CompletableFuture<NodeView> change(String name, NodeAction action, String reason) {
        asked.add(action);
        asked.add(reason);
        return node(name);
    }

    @Override
    public CompletableFuture<NodeView> declareDead(String name, String reason) {
        asked.add("dead");
        asked.add(reason);
        return node(name);
    }

    @Override
    public CompletableFuture<List<Views.QueueView>> queues() {
        return CompletableFuture.completedFuture(List.of(
                new Views.QueueView(
                        "root",
                        "",
                        ResourceVector.ZERO,
                        Optional.empty(),
                        1,
                        ResourceVector.ZERO,
                        ResourceVector.ZERO,
                        0,
                        1,
                        2,
                        3),
                new Views.QueueView(
                        "research",
                        "root",
                        ResourceVector.of(512, 0, 0),
                        Optional.of(ResourceVector.of(1024, 0, 0)),
                        2.5,
                        ResourceVector.of(8, 0, 0),
                        ResourceVector.of(3, 0, 0),
                        0.25,
                        1,
                        2,
                        3)));
    }

    @Override
    public CompletableFuture<Views.Topology> topology(int maxDomains) {
        asked.add(maxDomains);
        Views.DomainView host = new Views.DomainView(
                "h1",
                "host",
                1,
                0,
                8,
                2,
                List.of(),
                Optional.of(NodeState.LOST),
                List.of(new JobKey("default", "digits")));
        Views.DomainView root = new Views.DomainView("", "", 1, 0, 8, 2, List.of(host), Optional.empty(), List.of());
        return CompletableFuture.completedFuture(new Views.Topology(List.of("rack"), root, true));
    }

    @Override
    public CompletableFuture<Views.Cluster> cluster() {
        return CompletableFuture.completedFuture(
                new Views.Cluster("0.1.0", Instant.ofEpochMilli(9), 4, 3, 32, 2, Map.of("RUNNING", 1L), 77, true));
    }
}
