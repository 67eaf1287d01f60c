package dev.muster.controller.grpc;

import dev.muster.controller.codec.FleetViewCodec;
import dev.muster.controller.codec.Problems;
import dev.muster.controller.codec.RequestCodec;
import dev.muster.controller.operations.FleetOperations;
import dev.muster.controller.operations.FleetOperations.NodeAction;
import dev.muster.controller.operations.Views.NodeState;
import dev.muster.proto.v1.ClusterReply;
import dev.muster.proto.v1.ClusterRequest;
import dev.muster.proto.v1.FleetServiceGrpc;
import dev.muster.proto.v1.ListNodesReply;
import dev.muster.proto.v1.ListNodesRequest;
import dev.muster.proto.v1.ListQueuesReply;
import dev.muster.proto.v1.ListQueuesRequest;
import dev.muster.proto.v1.NodeDetail;
import dev.muster.proto.v1.NodeRequest;
import dev.muster.proto.v1.NodeSummary;
import dev.muster.proto.v1.TopologyReply;
import dev.muster.proto.v1.TopologyRequest;
import io.grpc.stub.StreamObserver;
import java.util.Set;

/** What operators ask about hosts, queues and the tree. */
final class FleetGrpcService extends FleetServiceGrpc.FleetServiceImplBase {

    private final FleetOperations fleet;
    private final Answers answers;

    FleetGrpcService(FleetOperations fleet, Answers answers) {
        this.fleet = fleet;
        this.answers = answers;
    }

    @Override
    public void listNodes(ListNodesRequest request, StreamObserver<ListNodesReply> caller) {
        answers.answer(
                caller,
                () -> {
                    Problems problems = new Problems();
                    Set<NodeState> states = FleetViewCodec.readStates(request, problems);
                    int pageSize = RequestCodec.readPageSize(request.getPageSize(), problems);
                    String token = RequestCodec.readPageToken(request.getPageToken(), problems);
                    return fleet.nodes(Answers.sound(states, problems), pageSize, token);
                },
                FleetViewCodec::write);
    }

    @Override
    public void getNode(NodeRequest request, StreamObserver<NodeDetail> caller) {
        answers.answer(caller, () -> fleet.node(readName(request)), FleetViewCodec::writeDetail);
    }

    @Override
    public void cordon(NodeRequest request, StreamObserver<NodeSummary> caller) {
        change(request, NodeAction.CORDON, caller);
    }

    @Override
    public void uncordon(NodeRequest request, StreamObserver<NodeSummary> caller) {
        change(request, NodeAction.UNCORDON, caller);
    }

    @Override
    public void drain(NodeRequest request, StreamObserver<NodeSummary> caller) {
        change(request, NodeAction.DRAIN, caller);
    }

    @Override
    public void quarantine(NodeRequest request, StreamObserver<NodeSummary> caller) {
        change(request, NodeAction.QUARANTINE, caller);
    }

    @Override
    public void release(NodeRequest request, StreamObserver<NodeSummary> caller) {
        change(request, NodeAction.RELEASE, caller);
    }

    @Override
    public void declareDead(NodeRequest request, StreamObserver<NodeSummary> caller) {
        answers.answer(
                caller,
                () -> fleet.declareDead(readName(request), RequestCodec.readReason(request)),
                FleetViewCodec::writeSummary);
    }

    private void change(NodeRequest request, NodeAction action, StreamObserver<NodeSummary> caller) {
        answers.answer(
                caller,
                () -> fleet.change(readName(request), action, RequestCodec.readReason(request)),
                FleetViewCodec::writeSummary);
    }

    @Override
    public void listQueues(ListQueuesRequest request, StreamObserver<ListQueuesReply> caller) {
        answers.answer(caller, fleet::queues, FleetViewCodec::writeQueues);
    }

    @Override
    public void getTopology(TopologyRequest request, StreamObserver<TopologyReply> caller) {
        answers.answer(
                caller,
                () -> {
                    Problems problems = new Problems();
                    int maxDomains = RequestCodec.readMaxDomains(request.getMaxDomains(), problems);
                    return fleet.topology(Answers.sound(maxDomains, problems));
                },
                FleetViewCodec::write);
    }

    @Override
    public void getCluster(ClusterRequest request, StreamObserver<ClusterReply> caller) {
        answers.answer(caller, fleet::cluster, FleetViewCodec::write);
    }

    private static String readName(NodeRequest request) {
        Problems problems = new Problems();
        return Answers.sound(RequestCodec.readNode(request, problems), problems);
    }
}
