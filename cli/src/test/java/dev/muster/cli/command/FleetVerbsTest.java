package dev.muster.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.cli.command.MusterRun.Result;
import dev.muster.cli.fake.FakeController;
import dev.muster.cli.fake.Samples;
import dev.muster.proto.v1.ClusterReply;
import dev.muster.proto.v1.Device;
import dev.muster.proto.v1.DeviceReading;
import dev.muster.proto.v1.DomainView;
import dev.muster.proto.v1.HealthEvent;
import dev.muster.proto.v1.HealthSeverity;
import dev.muster.proto.v1.ListQueuesReply;
import dev.muster.proto.v1.NodeDetail;
import dev.muster.proto.v1.NodeState;
import dev.muster.proto.v1.NodeSummary;
import dev.muster.proto.v1.QueueView;
import dev.muster.proto.v1.Resources;
import dev.muster.proto.v1.TopologyReply;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FleetVerbsTest {

    private final FakeController controller = FakeController.start();

    @AfterEach
    void stop() {
        controller.close();
    }

    private Result muster(String... words) {
        return MusterRun.against(controller).run(words);
    }

    private static NodeSummary node(String name, NodeState state) {
        return NodeSummary.newBuilder()
                .setName(name)
                .setState(state)
                .addPath("b1")
                .addPath("r1")
                .setCapacity(Resources.newBuilder()
                        .setAccelerators(2)
                        .setCpuMillis(8000)
                        .setMemoryBytes(16L << 30))
                .setUsed(Resources.newBuilder().setAccelerators(1))
                .setAcceleratorType("fake-a100")
                .setAcceleratorsHealthy(2)
                .addJobs("default/digits")
                .setStateSinceMillis(Samples.NOW.minusSeconds(90).toEpochMilli())
                .setLastHeardMillis(Samples.NOW.minusSeconds(1).toEpochMilli())
                .build();
    }

    @Test
    void nodesShowsWhatEachHostDoes() {
        controller.fleet().nodes = List.of(
                node("n1", NodeState.NODE_STATE_READY),
                node("n2", NodeState.NODE_STATE_LOST).toBuilder()
                        .setReason("connection closed")
                        .build());

        assertThat(muster("nodes").out()).isEqualTo("""
                        NODE  STATE  DOMAIN  USED  HEALTHY  TYPE       SINCE  JOBS    REASON
                        n1    READY  b1/r1    1/2        2  fake-a100  1m30s  digits
                        n2    LOST   b1/r1    1/2        2  fake-a100  1m30s  digits  connection closed
                        """);
        assertThat(muster("nodes", "-o", "wide").out()).contains("16Gi").contains("1s ago");
        assertThat(muster("nodes", "-o", "name").out()).isEqualTo("n1\nn2\n");
        assertThat(muster("nodes", "-o", "json").out())
                .contains("\"state\": \"LOST\"")
                .contains("\"capacity\": {\n        \"accelerators\": 2,");
    }

    @Test
    void nodeShowTellsWhyAHostIsOut() {
        controller.fleet().detail = NodeDetail.newBuilder()
                .setNode(node("n1", NodeState.NODE_STATE_QUARANTINED))
                .setAddress("10.0.0.1")
                .addDevices(Device.newBuilder()
                        .setIndex(1)
                        .setId("GPU-7")
                        .setType("fake-a100")
                        .setMemoryBytes(80L << 30))
                .addReadings(DeviceReading.newBuilder()
                        .setIndex(1)
                        .setPresent(false)
                        .setUtilizationRatio(0.5)
                        .setMemoryUsedBytes(8L << 30))
                .addEvents(HealthEvent.newBuilder()
                        .setAtMillis(Samples.NOW.minusSeconds(30).toEpochMilli())
                        .setCheck("xid")
                        .setCode("79")
                        .setDeviceIndex(1)
                        .setSeverity(HealthSeverity.HEALTH_SEVERITY_FATAL)
                        .setMessage("GPU has fallen off the bus"))
                .build();

        assertThat(muster("node", "show", "n1").out())
                .contains("State         QUARANTINED\n")
                .contains("Accelerators  1/2 used, 2 healthy, fake-a100\n")
                .contains("     1  fake-a100  no       50.0%  8Gi/80Gi")
                .contains("30s ago  FATAL     xid    79         1  GPU has fallen off the bus\n");
        assertThat(muster("node", "show", "n1", "-o", "json").out()).contains("\"severity\": \"FATAL\"");
    }

    @ParameterizedTest
    @CsvSource({"cordon, CORDONED", "uncordon, READY", "drain, DRAINING", "quarantine, QUARANTINED", "release, READY"})
    void eachVerbAsksForItsOwnChange(String verb, String state) {
        Result result = muster("node", verb, "n1", "n2", "--reason", "bad cable");

        assertThat(result.out())
                .isEqualTo(verb + " n1, " + state + ": bad cable\n" + verb + " n2, " + state + ": bad cable\n");
        assertThat(controller.fleet().changes).hasSize(2).allSatisfy(change -> {
            assertThat(change.verb()).isEqualTo(verb);
            assertThat(change.request().getReason()).isEqualTo("bad cable");
        });
    }

    @Test
    void queuesShowShares() {
        controller.fleet().queues = ListQueuesReply.newBuilder()
                .addQueues(QueueView.newBuilder()
                        .setName("research")
                        .setParent("root")
                        .setGuaranteed(Resources.newBuilder().setAccelerators(512))
                        .setUsed(Resources.newBuilder().setAccelerators(96))
                        .setWeight(1)
                        .setRunning(2)
                        .setPending(1)
                        .setBorrowed(Resources.newBuilder().setAccelerators(16))
                        .setFairShare(0.1875)
                        .setOldestWaitMillis(90_000))
                .build();

        assertThat(muster("queues").out()).isEqualTo("""
                        QUEUE     PARENT  USED  GUARANTEED  BORROWED  MAX  WEIGHT  SHARE  RUNNING  PENDING  OLDEST WAIT
                        research  root      96         512        16    -     1.0  0.188        2        1        1m30s
                        """);
        assertThat(muster("queues", "-o", "json").out())
                .contains("\"oldestWaitSeconds\": 90")
                .doesNotContain("max");
    }

    @Test
    void topologyIsATreeWithWhatRunsWhere() {
        DomainView host = DomainView.newBuilder()
                .setName("n1")
                .setLevel("host")
                .setHosts(1)
                .setHostsReady(1)
                .setAccelerators(2)
                .setAcceleratorsUsed(1)
                .setState(NodeState.NODE_STATE_READY)
                .addJobs("default/digits")
                .build();
        DomainView rack = DomainView.newBuilder()
                .setName("r1")
                .setLevel("rack")
                .setHosts(2)
                .setHostsReady(1)
                .setAccelerators(4)
                .setAcceleratorsUsed(1)
                .addDomains(host)
                .addDomains(host.toBuilder()
                        .setName("n2")
                        .setAcceleratorsUsed(0)
                        .setState(NodeState.NODE_STATE_LOST)
                        .clearJobs())
                .build();
        controller.fleet().topology = TopologyReply.newBuilder()
                .addLevels("rack")
                .setRoot(
                        rack.toBuilder().setName("").setLevel("").clearDomains().addDomains(rack))
                .build();

        assertThat(muster("topology").out()).isEqualTo("""
                        cluster  1/2 hosts ready, 1/4 accelerators used
                        └─ r1 (rack)  1/2 hosts ready, 1/4 accelerators used
                           ├─ n1  ■□  READY  digits
                           └─ n2  □□  LOST
                        """);
        assertThat(muster("topology", "-o", "name").out()).isEqualTo("n1\nn2\n");
        assertThat(muster("topology", "-o", "json").out()).contains("\"jobs\": [\n");
    }

    @Test
    void topPrintsOnePictureWhenNobodyWatches() {
        controller.jobs().listed = List.of(Samples.job("digits"));
        controller.fleet().nodes =
                List.of(node("n1", NodeState.NODE_STATE_READY), node("n2", NodeState.NODE_STATE_LOST));
        controller.fleet().cluster = ClusterReply.newBuilder()
                .setVersion("1.2.3")
                .setStartedAtMillis(Samples.NOW.minusSeconds(3600).toEpochMilli())
                .setHosts(2)
                .setHostsReady(1)
                .setAccelerators(4)
                .setAcceleratorsUsed(2)
                .putJobsByState("RUNNING", 1)
                .build();

        assertThat(muster("top").out())
                .startsWith("muster 1.2.3, up 1h\naccelerators  ███████████████░░░░░░░░░░░░░░░ 2/4 used\n")
                .contains("jobs          1 RUNNING\n")
                .contains("n2 LOST since 1m30s\n")
                .doesNotContain("n1 READY")
                .doesNotContain("\u001b");
    }
}
