package dev.muster.controller.kubernetes.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.controller.kubernetes.api.Amounts;
import dev.muster.controller.kubernetes.api.ClusterTopologySpec;
import dev.muster.controller.kubernetes.api.ClusterTopologySpec.Level;
import dev.muster.controller.kubernetes.api.ClusterTopologySpec.Maintenance;
import dev.muster.controller.kubernetes.api.ClusterTopologySpec.Operator;
import dev.muster.controller.kubernetes.api.ClusterTopologySpec.Policy;
import dev.muster.controller.kubernetes.api.ClusterTopologySpec.Toleration;
import dev.muster.controller.kubernetes.api.QueueSpec;
import dev.muster.controller.kubernetes.nodes.ShapeReader.Outcome;
import dev.muster.scheduler.job.ResourceVector;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Taint;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Queue and ClusterTopology objects, read together. */
class ShapeReaderTest {

    private final ShapeReader reader = new ShapeReader();

    private static QueueSpec queue(String parent, int guaranteed, int max) {
        return new QueueSpec(
                parent, new Amounts(guaranteed, new IntOrString("96"), null), new Amounts(max, null, null), 2, null);
    }

    private static ClusterTopologySpec topology(List<Level> levels, List<Maintenance> maintenance) {
        return new ClusterTopologySpec(
                levels,
                Map.of("fleet", "yes"),
                List.of(new Toleration("team", Operator.Exists, null, null)),
                new Policy(false, null, null, null, "10m", null),
                maintenance);
    }

    private Outcome read(Map<String, QueueSpec> queues, Optional<ClusterTopologySpec> topology) {
        return reader.read(new TreeMap<>(queues), topology);
    }

    private static Optional<String> problemOf(String queue, Outcome outcome) {
        return Optional.ofNullable(outcome.queues().get(queue)).orElseThrow().problem();
    }

    @Test
    void withoutAnyObjectTheUsualLevelsHold() {
        Outcome outcome = read(Map.of(), Optional.empty());
        assertThat(outcome.shape().rules()).isEqualTo(NodeRules.DEFAULT);
        assertThat(outcome.shape().cluster().levels()).containsExactly("zone", "block", "rack");
        assertThat(outcome.shape().cluster().queues()).isEmpty();
    }

    @Test
    void objectsSayWhatAClusterFileSays() {
        Outcome outcome = read(
                Map.of("research", queue("root", 512, 1024)),
                Optional.of(topology(
                        List.of(new Level("zone", null), new Level("rack", "example.com/rack")),
                        List.of(new Maintenance(List.of("z1"), "2026-12-01T00:00:00Z", "2026-12-01T04:00:00Z")))));
        assertThat(outcome.topology().problem()).isEmpty();
        assertThat(problemOf("research", outcome)).isEmpty();
        var queue = outcome.shape().cluster().queues().get(0);
        assertThat(queue.guaranteed().amount(ResourceVector.ACCELERATORS)).isEqualTo(512);
        assertThat(queue.guaranteed().amount(ResourceVector.CPU_MILLIS)).isEqualTo(96_000);
        assertThat(queue.weight()).isEqualTo(2);
        assertThat(outcome.shape().cluster().policy().preemption()).isFalse();
        assertThat(outcome.shape().cluster().maintenance()).hasSize(1);
        NodeRules rules = outcome.shape().rules();
        assertThat(rules.place("n1", Map.of("topology.kubernetes.io/zone", "z1", "example.com/rack", "r9"))
                        .path())
                .containsExactly("z1", "r9");
        assertThat(rules.selects(Map.of("fleet", "yes"))).isTrue();
        assertThat(rules.tolerations().get(0).covers(new Taint("NoSchedule", "team", null, "x")))
                .isTrue();
    }

    @Test
    void aVersionThatIsWrongIsReplacedByTheOneBeforeIt() {
        read(Map.of("a", queue("root", 8, 16), "b", queue("root", 1, 4)), Optional.empty());
        Outcome outcome = read(Map.of("a", queue("nowhere", 8, 16), "b", queue("root", 2, 4)), Optional.empty());
        assertThat(problemOf("a", outcome).orElseThrow())
                .startsWith("spec.parent: is \"nowhere\"")
                .endsWith("; the version accepted last stays in use");
        assertThat(problemOf("b", outcome)).isEmpty();
        assertThat(outcome.shape().cluster().queues()).hasSize(2);
        assertThat(outcome.shape().cluster().queues().get(1).guaranteed().amount(ResourceVector.ACCELERATORS))
                .isEqualTo(2);
    }

    @Test
    void aQueueWhoseParentIsDeletedIsLeftOutAndComesBackWithIt() {
        Map<String, QueueSpec> both = Map.of("top", queue("root", 8, 16), "below", queue("top", 4, 8));
        read(both, Optional.empty());
        Outcome outcome = read(Map.of("below", queue("top", 4, 8)), Optional.empty());
        assertThat(problemOf("below", outcome).orElseThrow()).endsWith("; it is not in use");
        assertThat(outcome.shape().cluster().queues()).isEmpty();
        assertThat(read(both, Optional.empty()).shape().cluster().queues()).hasSize(2);
    }

    @Test
    void aTopologyThatIsWrongLeavesTheLevelsAsTheyWere() {
        read(Map.of(), Optional.of(topology(List.of(new Level("rack", null)), List.of())));
        Outcome outcome = read(
                Map.of("a", queue("root", 8, 16)),
                Optional.of(topology(List.of(new Level("rack", null), new Level("rack", null)), List.of())));
        assertThat(outcome.topology().problem().orElseThrow()).contains("twice");
        assertThat(outcome.shape().cluster().levels()).containsExactly("rack");
        assertThat(outcome.shape().cluster().queues()).hasSize(1);
    }
}
