package dev.muster.cli.fake;

import dev.muster.proto.v1.ClusterReply;
import dev.muster.proto.v1.ClusterRequest;
import dev.muster.proto.v1.FleetServiceGrpc;
import dev.muster.proto.v1.ListNodesReply;
import dev.muster.proto.v1.ListNodesRequest;
import dev.muster.proto.v1.ListQueuesReply;
import dev.muster.proto.v1.ListQueuesRequest;
import dev.muster.proto.v1.NodeDetail;
import dev.muster.proto.v1.NodeRequest;
import dev.muster.proto.v1.NodeState;
import dev.muster.proto.v1.NodeSummary;
import dev.muster.proto.v1.TopologyReply;
import dev.muster.proto.v1.TopologyRequest;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;

/** Hosts and queues that answer what a test put here. */
public final class FakeFleet extends FleetServiceGrpc.FleetServiceImplBase {

    /** Each verb that changes a host, with what it was asked. */
    public record Change(String verb, NodeRequest request) {}

    public final List<Change> changes = new CopyOnWriteArrayList<>();
    public final Deque<Status> failures = new ConcurrentLinkedDeque<>();
    public volatile List<NodeSummary> nodes = List.of();
    public volatile NodeDetail detail = NodeDetail.getDefaultInstance();
    public volatile ListQueuesReply queues = ListQueuesReply.getDefaultInstance();
    public volatile TopologyReply topology = TopologyReply.getDefaultInstance();
    public volatile ClusterReply cluster = ClusterReply.getDefaultInstance();

    @Override
    public void listNodes(ListNodesRequest request, StreamObserver<ListNodesReply> reply) {
        List<NodeSummary> asked = nodes.stream()
                .filter(node ->
                        request.getStatesCount() == 0 || request.getStatesList().contains(node.getState()))
                .toList();
        answer(ListNodesReply.newBuilder().addAllNodes(asked).build(), reply);
    }

    @Override
    public void getNode(NodeRequest request, StreamObserver<NodeDetail> reply) {
        answer(detail, reply);
    }

    @Override
    public void cordon(NodeRequest request, StreamObserver<NodeSummary> reply) {
        change("cordon", request, NodeState.NODE_STATE_CORDONED, reply);
    }

    @Override
    public void uncordon(NodeRequest request, StreamObserver<NodeSummary> reply) {
        change("uncordon", request, NodeState.NODE_STATE_READY, reply);
    }

    @Override
    public void drain(NodeRequest request, StreamObserver<NodeSummary> reply) {
        change("drain", request, NodeState.NODE_STATE_DRAINING, reply);
    }

    @Override
    public void quarantine(NodeRequest request, StreamObserver<NodeSummary> reply) {
        change("quarantine", request, NodeState.NODE_STATE_QUARANTINED, reply);
    }

    @Override
    public void release(NodeRequest request, StreamObserver<NodeSummary> reply) {
        change("release", request, NodeState.NODE_STATE_READY, reply);
    }

    @Override
    public void listQueues(ListQueuesRequest request, StreamObserver<ListQueuesReply> reply) {
        answer(queues, reply);
    }

    @Override
    public void getTopology(TopologyRequest request, StreamObserver<TopologyReply> reply) {
        answer(topology, reply);
    }

    @Override
    public void getCluster(ClusterRequest request, StreamObserver<ClusterReply> reply) {
        answer(cluster, reply);
    }

    private void change(String verb, NodeRequest request, NodeState state, StreamObserver<NodeSummary> reply) {
        changes.add(new Change(verb, request));
        answer(
                NodeSummary.newBuilder()
                        .setName(request.getName())
                        .setState(state)
                        .setReason(request.getReason())
                        .build(),
                reply);
    }

    private <T> void answer(T message, StreamObserver<T> reply) {
        Optional<Status> failure = Optional.ofNullable(failures.poll());
        if (failure.isPresent()) {
            reply.onError(failure.get().asRuntimeException());
            return;
        }
        reply.onNext(message);
        reply.onCompleted();
    }
}
