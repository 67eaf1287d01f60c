package dev.muster.controller.codec;

import dev.muster.controller.operations.Views;
import dev.muster.controller.operations.Views.NodeState;
import dev.muster.controller.operations.Views.NodeView;
import dev.muster.controller.state.NodeRecord;
import dev.muster.proto.v1.ClusterReply;
import dev.muster.proto.v1.DomainView;
import dev.muster.proto.v1.ListNodesReply;
import dev.muster.proto.v1.ListNodesRequest;
import dev.muster.proto.v1.ListQueuesReply;
import dev.muster.proto.v1.NodeDetail;
import dev.muster.proto.v1.NodeSummary;
import dev.muster.proto.v1.QueueView;
import dev.muster.proto.v1.TopologyReply;
import dev.muster.scheduler.job.JobKey;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Answers about hosts, queues and the tree they form. */
public final class FleetViewCodec {

    private static final EnumMapping<NodeState, dev.muster.proto.v1.NodeState> STATES =
            EnumMapping.of(NodeState.class, dev.muster.proto.v1.NodeState.class, "NODE_STATE_");

    private FleetViewCodec() {}

    public static Set<NodeState> readStates(ListNodesRequest request, Problems problems) {
        Set<NodeState> states = EnumSet.noneOf(NodeState.class);
        for (dev.muster.proto.v1.NodeState state : request.getStatesList()) {
            states.add(problems.known("states", STATES, state, NodeState.READY));
        }
        return states;
    }

    public static ListNodesReply write(Views.NodePage page) {
        ListNodesReply.Builder reply = ListNodesReply.newBuilder().setNextPageToken(page.nextPageToken());
        page.nodes().forEach(node -> reply.addNodes(writeSummary(node)));
        return reply.build();
    }

    public static NodeSummary writeSummary(NodeView view) {
        NodeRecord record = view.record();
        return NodeSummary.newBuilder()
                .setName(record.name())
                .setState(STATES.wire(view.state()))
                .addAllPath(record.path())
                .setCapacity(ResourceCodec.write(record.capacity()))
                .setUsed(ResourceCodec.write(view.used()))
                .setAcceleratorType(record.acceleratorType().orElse(""))
                .setAcceleratorsHealthy(view.acceleratorsHealthy())
                .addAllJobs(names(view.jobs()))
                .setReason(view.reason())
                .setLastHeardMillis(Times.orZero(view.lastHeard()))
                .setStateSinceMillis(Times.orZero(view.stateSince()))
                .build();
    }

    public static NodeDetail writeDetail(NodeView view) {
        NodeRecord record = view.record();
        NodeDetail.Builder detail = NodeDetail.newBuilder()
                .setNode(writeSummary(view))
                .setBootId(record.bootId())
                .setAgentId(record.agentId())
                .setAgentVersion(record.agentVersion())
                .setAddress(record.address());
        record.devices().forEach(device -> detail.addDevices(HealthCodec.write(device)));
        view.readings().forEach(reading -> detail.addReadings(HealthCodec.write(reading)));
        record.health().events().forEach(event -> detail.addEvents(HealthCodec.write(event)));
        return detail.build();
    }

    public static ListQueuesReply writeQueues(List<Views.QueueView> queues) {
        ListQueuesReply.Builder reply = ListQueuesReply.newBuilder();
        queues.forEach(queue -> reply.addQueues(write(queue)));
        return reply.build();
    }

    private static QueueView write(Views.QueueView queue) {
        QueueView.Builder wire = QueueView.newBuilder()
                .setName(queue.name())
                .setParent(queue.parent())
                .setGuaranteed(ResourceCodec.write(queue.guaranteed()))
                .setWeight(queue.weight())
                .setUsed(ResourceCodec.write(queue.used()))
                .setBorrowed(ResourceCodec.write(queue.borrowed()))
                .setFairShare(queue.fairShare())
                .setRunning(queue.running())
                .setPending(queue.pending())
                .setOldestWaitMillis(queue.oldestWaitMillis());
        queue.max().map(ResourceCodec::write).ifPresent(wire::setMax);
        return wire.build();
    }

    public static TopologyReply write(Views.Topology topology) {
        return TopologyReply.newBuilder()
                .addAllLevels(topology.levels())
                .setRoot(write(topology.root()))
                .setTruncated(topology.truncated())
                .build();
    }

    /** As deep as there are levels, which the cluster file bounds. */
    private static DomainView write(Views.DomainView domain) {
        DomainView.Builder wire = DomainView.newBuilder()
                .setName(domain.name())
                .setLevel(domain.level())
                .setHosts(domain.hosts())
                .setHostsReady(domain.hostsReady())
                .setAccelerators(domain.accelerators())
                .setAcceleratorsUsed(domain.acceleratorsUsed())
                .addAllJobs(names(domain.jobs()));
        domain.state().map(STATES::wire).ifPresent(wire::setState);
        domain.domains().forEach(child -> wire.addDomains(write(child)));
        return wire.build();
    }

    public static ClusterReply write(Views.Cluster cluster) {
        return ClusterReply.newBuilder()
                .setVersion(cluster.version())
                .setStartedAtMillis(cluster.startedAt().toEpochMilli())
                .setHosts(cluster.hosts())
                .setHostsReady(cluster.hostsReady())
                .setAccelerators(cluster.accelerators())
                .setAcceleratorsUsed(cluster.acceleratorsUsed())
                .putAllJobsByState(cluster.jobsByState())
                .setRevision(cluster.revision())
                .setSettling(cluster.settling())
                .build();
    }

    private static List<String> names(List<JobKey> jobs) {
        return jobs.stream().map(JobKey::toString).toList();
    }
}
