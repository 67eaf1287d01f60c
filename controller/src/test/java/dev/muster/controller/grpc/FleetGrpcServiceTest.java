package dev.muster.controller.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.controller.operations.FleetOperations.NodeAction;
import dev.muster.controller.operations.Views;
import dev.muster.proto.v1.ClusterReply;
import dev.muster.proto.v1.ClusterRequest;
import dev.muster.proto.v1.FleetServiceGrpc;
import dev.muster.proto.v1.FleetServiceGrpc.FleetServiceBlockingStub;
import dev.muster.proto.v1.ListNodesReply;
import dev.muster.proto.v1.ListNodesRequest;
import dev.muster.proto.v1.ListQueuesRequest;
import dev.muster.proto.v1.NodeDetail;
import dev.muster.proto.v1.NodeRequest;
import dev.muster.proto.v1.NodeState;
import dev.muster.proto.v1.QueueView;
import dev.muster.proto.v1.TopologyReply;
import dev.muster.proto.v1.TopologyRequest;
import io.grpc.StatusRuntimeException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What operators ask, over loopback. */
class FleetGrpcServiceTest {

    private final TestServer server = TestServer.start();
    private final FleetServiceBlockingStub client =
            FleetServiceGrpc.newBlockingStub(server.channel).withDeadlineAfter(30, TimeUnit.SECONDS);
    private final String host = server.fleet.record.name();

    FleetGrpcServiceTest() throws Exception {}

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    @Test
    void aBrokenHostTellsItsStory() {
        NodeDetail detail =
                client.getNode(NodeRequest.newBuilder().setName(host).build());
        assertThat(detail.getNode().getState()).isEqualTo(NodeState.NODE_STATE_QUARANTINED);
        assertThat(detail.getNode().getReason()).isEqualTo("xid 79 on device 3");
        assertThat(detail.getNode().getAcceleratorsHealthy()).isEqualTo(7);
        assertThat(detail.getNode().getUsed().getAccelerators()).isEqualTo(2);
        assertThat(detail.getNode().getJobsList()).containsExactly("default/digits");
        assertThat(detail.getNode().getLastHeardMillis()).isEqualTo(5);
        assertThat(detail.getNode().getStateSinceMillis()).isZero();
        assertThat(detail.getDevicesCount())
                .isEqualTo(server.fleet.record.devices().size());
        assertThat(detail.getEventsCount())
                .isEqualTo(server.fleet.record.health().events().size());
        assertThat(detail.getReadings(0).getTemperatureCelsius()).isEqualTo(45);
        assertThat(detail.getBootId()).isEqualTo(server.fleet.record.bootId());
    }

    @Test
    void listingPassesStatesAndPages() {
        ListNodesReply reply = client.listNodes(ListNodesRequest.newBuilder()
                .addStates(NodeState.NODE_STATE_LOST)
                .setPageSize(7)
                .build());
        assertThat(reply.getNodesCount()).isEqualTo(1);
        assertThat(server.fleet.asked).containsExactly(Set.of(Views.NodeState.LOST), 7);
    }

    @Test
    void everyActionArrivesAsItself() {
        NodeRequest request =
                NodeRequest.newBuilder().setName(host).setReason("fan").build();
        client.cordon(request);
        client.uncordon(request);
        client.drain(request);
        client.quarantine(request);
        client.release(request);
        client.declareDead(request);
        assertThat(server.fleet.asked)
                .containsExactly(
                        NodeAction.CORDON,
                        "fan",
                        NodeAction.UNCORDON,
                        "fan",
                        NodeAction.DRAIN,
                        "fan",
                        NodeAction.QUARANTINE,
                        "fan",
                        NodeAction.RELEASE,
                        "fan",
                        "dead",
                        "fan");
    }

    @Test
    void anUnknownHostIsNotFound() {
        assertThatThrownBy(() ->
                        client.getNode(NodeRequest.newBuilder().setName("h9").build()))
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessage("NOT_FOUND: no host h9");
    }

    @Test
    void aQueueWithoutALimitSaysSoByItsAbsence() {
        List<QueueView> queues =
                client.listQueues(ListQueuesRequest.getDefaultInstance()).getQueuesList();
        assertThat(queues).extracting(QueueView::getName).containsExactly("root", "research");
        assertThat(queues.get(0).hasMax()).isFalse();
        assertThat(queues.get(1).getMax().getAccelerators()).isEqualTo(1024);
        assertThat(queues.get(1).getWeight()).isEqualTo(2.5);
    }

    @Test
    void theTreeComesWithStatesAndJobsOfItsHosts() {
        TopologyReply topology = client.getTopology(TopologyRequest.getDefaultInstance());
        assertThat(topology.getLevelsList()).containsExactly("rack");
        assertThat(topology.getTruncated()).isTrue();
        assertThat(topology.getRoot().getState()).isEqualTo(NodeState.NODE_STATE_UNSPECIFIED);
        assertThat(topology.getRoot().getDomains(0).getState()).isEqualTo(NodeState.NODE_STATE_LOST);
        assertThat(topology.getRoot().getDomains(0).getJobsList()).containsExactly("default/digits");
        assertThat(server.fleet.asked).containsExactly(2000);
    }

    @Test
    void theClusterInOneAnswer() {
        ClusterReply cluster = client.getCluster(ClusterRequest.getDefaultInstance());
        assertThat(cluster.getJobsByStateMap()).containsEntry("RUNNING", 1L);
        assertThat(cluster.getRevision()).isEqualTo(77);
        assertThat(cluster.getSettling()).isTrue();
    }
}
