package dev.muster.controller.kubernetes.nodes;

import static dev.muster.controller.kubernetes.nodes.Pods.container;
import static dev.muster.controller.kubernetes.nodes.Pods.pod;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.controller.kubernetes.nodes.Sighting.Answer;
import dev.muster.controller.kubernetes.nodes.Sighting.Seen;
import dev.muster.controller.state.NodeRecord;
import dev.muster.scheduler.job.ResourceVector;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What the core hears of nodes, and when. */
class NodeBookTest {

    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private static final Map<String, String> PLACE =
            Map.of("topology.kubernetes.io/zone", "z1", "muster.dev/block", "b1", "muster.dev/rack", "r1");

    private final NodeBook book = book(NodeRules.DEFAULT);

    private static NodeBook book(NodeRules rules) {
        return new NodeBook(rules, AcceleratorTable.builtIn(), Duration.ofSeconds(1), Duration.ofSeconds(10));
    }

    private static NodeBuilder node(String name, String ready, Map<String, String> labels) {
        return new NodeBuilder()
                .withNewMetadata()
                .withName(name)
                .withUid("uid-of-" + name)
                .withLabels(new TreeMap<>(labels))
                .endMetadata()
                .withNewSpec()
                .endSpec()
                .withNewStatus()
                .addToAllocatable("cpu", new Quantity("64"))
                .addToAllocatable("memory", new Quantity("256Gi"))
                .addToAllocatable("nvidia.com/gpu", new Quantity("8"))
                .addToAllocatable("pods", new Quantity("110"))
                .addNewCondition()
                .withType("Ready")
                .withStatus(ready)
                .withReason("NodeStatusUnknown")
                .endCondition()
                .addNewAddress("10.0.0.7", "InternalIP")
                .withNewNodeInfo()
                .withBootID("boot-1")
                .endNodeInfo()
                .endStatus();
    }

    private static Node ready(String name) {
        return node(name, "True", PLACE).build();
    }

    private static Node tainted(String key, String effect) {
        return node("n1", "True", PLACE)
                .editSpec()
                .addNewTaint(effect, key, null, null)
                .endSpec()
                .build();
    }

    private Seen seen(long nowNanos) {
        List<Sighting> due = book.due(nowNanos);
        assertThat(due).hasSize(1);
        book.told(due.get(0).host());
        return (Seen) due.get(0);
    }

    private Optional<String> closedBy(Node node) {
        NodeBook fresh = book(NodeRules.DEFAULT);
        fresh.node(node, 0);
        return ((Seen) fresh.due(0).get(0)).facts().closed();
    }

    @Test
    void aNodeIsAHostWithItsPlaceAndWhatOthersLeave() {
        book.pod(pod("web", "n1", container("main", Map.of("cpu", "4", "memory", "6Gi", "nvidia.com/gpu", "1"))));
        book.node(
                new NodeBuilder(ready("n1"))
                        .editMetadata()
                        .addToLabels("nvidia.com/gpu.product", "NVIDIA-H100-80GB-HBM3")
                        .endMetadata()
                        .build(),
                0);
        Seen seen = seen(0);
        assertThat(seen.answer()).isEqualTo(Answer.READY);
        NodeRecord host = seen.facts();
        assertThat(host.path()).containsExactly("z1", "b1", "r1");
        assertThat(host.capacity()).isEqualTo(ResourceVector.of(7, 60_000, 250L << 30));
        assertThat(host.acceleratorType()).contains("nvidia-h100");
        assertThat(host.address()).isEqualTo("10.0.0.7");
        assertThat(host.bootId()).isEqualTo("boot-1");
        assertThat(host.agentId()).isEqualTo("uid-of-n1");
        assertThat(host.labels()).containsEntry("muster.dev/accelerator-resource", "nvidia.com/gpu");
        assertThat(host.closed()).isEmpty();
    }

    @Test
    void aBusyNodeIsToldOnceASecondAndAsItIsThen() {
        book.node(ready("n1"), 0);
        assertThat(seen(0).facts().capacity().amount(ResourceVector.CPU_MILLIS)).isEqualTo(64_000);
        for (int i = 1; i <= 50; i++) {
            book.pod(pod("web-" + i, "n1", container("main", Map.of("cpu", "1"))));
            assertThat(book.due(SECOND / 2)).isEmpty();
        }
        assertThat(seen(SECOND).facts().capacity().amount(ResourceVector.CPU_MILLIS))
                .isEqualTo(14_000);
        assertThat(book.due(5 * SECOND)).isEmpty();
        assertThat(book.isQuiet()).isTrue();
    }

    @Test
    void whileTheCoreHasNotTakenTheLastWordNothingMoreIsSaidOfThatNode() {
        book.node(ready("n1"), 0);
        assertThat(book.due(0)).hasSize(1);
        book.pod(pod("web", "n1", container("main", Map.of("cpu", "1"))));
        assertThat(book.due(9 * SECOND)).isEmpty();
        book.untold("n1");
        assertThat(seen(9 * SECOND).facts().capacity().amount(ResourceVector.CPU_MILLIS))
                .isEqualTo(63_000);
    }

    @Test
    void aKubeletThatFallsSilentIsGivenAGraceAndOneThatComesBackInTimeWasNeverLost() {
        book.node(ready("n1"), 0);
        seen(0);
        Node silent = node("n1", "Unknown", PLACE).build();
        book.node(silent, SECOND);
        assertThat(seen(SECOND).answer()).isEqualTo(Answer.SILENT_FOR_NOW);
        assertThat(book.due(10 * SECOND)).isEmpty();
        Seen lost = seen(11 * SECOND);
        assertThat(lost.answer()).isEqualTo(Answer.NOT_READY);
        assertThat(lost.why()).contains("not ready").contains("NodeStatusUnknown");
        assertThat(book.due(30 * SECOND)).isEmpty();
        book.node(ready("n1"), 40 * SECOND);
        assertThat(seen(40 * SECOND).answer()).isEqualTo(Answer.READY);

        book.node(silent, 50 * SECOND);
        seen(50 * SECOND);
        book.node(ready("n1"), 55 * SECOND);
        assertThat(seen(55 * SECOND).answer()).isEqualTo(Answer.READY);
        assertThat(book.due(70 * SECOND)).isEmpty();
    }

    @Test
    void cordonsAndTaintsCloseAHostAndTolerableOnesDoNot() {
        assertThat(closedBy(ready("n1"))).isEmpty();
        assertThat(closedBy(new NodeBuilder(ready("n1"))
                        .editSpec()
                        .withUnschedulable(true)
                        .endSpec()
                        .build()))
                .contains("cordoned in Kubernetes");
        assertThat(closedBy(tainted("team", "NoSchedule"))).contains("tainted in Kubernetes: team:NoSchedule");
        assertThat(closedBy(tainted("node.kubernetes.io/disk-pressure", "NoSchedule")))
                .isPresent();
        assertThat(closedBy(tainted("team", "PreferNoSchedule"))).isEmpty();
        assertThat(closedBy(tainted("nvidia.com/gpu", "NoSchedule"))).isEmpty();
        assertThat(closedBy(tainted("node.kubernetes.io/not-ready", "NoExecute")))
                .isEmpty();
        NodeBook lenient = book(new NodeRules(
                NodeRules.DEFAULT.levels(),
                Map.of(),
                List.of(new NodeRules.Tolerated(Optional.of("team"), Optional.empty(), Optional.empty()))));
        lenient.node(tainted("team", "NoSchedule"), 0);
        assertThat(((Seen) lenient.due(0).get(0)).facts().closed()).isEmpty();
    }

    @Test
    void outOfServiceIsProofOnlyWhereTheKubeletDoesNotAnswer() {
        book.node(tainted("node.kubernetes.io/out-of-service", "NoExecute"), 0);
        assertThat(seen(0).fenced()).isEmpty();
        book.node(
                node("n1", "Unknown", PLACE)
                        .editSpec()
                        .addNewTaint("NoExecute", "node.kubernetes.io/out-of-service", null, "nodeshutdown")
                        .endSpec()
                        .build(),
                SECOND);
        assertThat(seen(SECOND).fenced()).isPresent();
    }

    @Test
    void aNodeWithoutALabelIsInADomainOfItsOwn() {
        book.node(
                node("n1", "True", Map.of("topology.kubernetes.io/zone", "z1")).build(), 0);
        book.node(
                node("n2", "True", Map.of("topology.kubernetes.io/zone", "z1")).build(), 0);
        List<Sighting> due = book.due(0);
        assertThat(((Seen) due.get(0)).facts().path()).containsExactly("z1", "n1-unlabelled", "n1-unlabelled");
        assertThat(((Seen) due.get(1)).facts().path()).containsExactly("z1", "n2-unlabelled", "n2-unlabelled");
        NodeBook.Census census = book.census();
        assertThat(census.nodes()).isEqualTo(2);
        assertThat(census.domains()).containsEntry("zone", 1).containsEntry("rack", 2);
        assertThat(census.unlabelled()).containsEntry("n1", List.of("block", "rack"));
    }

    @Test
    void labelsOfTopologyToolsAreKnown() {
        Map<String, String> labels = Map.of(
                "topology.kubernetes.io/zone", "z1",
                "network.topology.nvidia.com/spine", "s1",
                "network.topology.nvidia.com/leaf", "l1");
        book.node(node("n1", "True", labels).build(), 0);
        assertThat(seen(0).facts().path()).containsExactly("z1", "s1", "l1");
    }

    @Test
    void aStoredHostIsPlacedByItsLabelsWhateverTheLevelsWereBefore() {
        book.node(ready("n1"), 0);
        NodeRecord stored = seen(0).facts();
        NodeRules flat = new NodeRules(List.of(NodeRules.LevelLabels.wellKnown("rack")), Map.of(), List.of());
        assertThat(flat.placed(stored).path()).containsExactly("r1");
        assertThat(flat.placed(stored).at(stored.path())).isEqualTo(stored);
    }

    @Test
    void nodesThatAreGoneOrNotSelectedAreSaidToBe() {
        NodeBook choosy = book(new NodeRules(NodeRules.DEFAULT.levels(), Map.of("muster", "yes"), List.of()));
        choosy.node(ready("n1"), 0);
        assertThat(choosy.due(0)).containsExactly(new Sighting.NotOurs("n1"));
        choosy.told("n1");
        choosy.nodeGone("n1");
        assertThat(choosy.due(2 * SECOND)).containsExactly(new Sighting.Gone("n1"));
    }

    @Test
    void aNodeFullOfSmallPodsHasNoRoomForAGangsPods() {
        book.node(
                new NodeBuilder(ready("n1"))
                        .editStatus()
                        .addToAllocatable("pods", new Quantity("9"))
                        .endStatus()
                        .build(),
                0);
        book.pod(pod("a", "n1", container("main", Map.of())));
        assertThat(seen(0).facts().closed()).isEmpty();
        book.pod(pod("b", "n1", container("main", Map.of())));
        assertThat(seen(SECOND).facts().closed()).contains("others run 2 of the 9 pods that it takes");
    }
}
