package dev.muster.controller.main;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.controller.state.NodeRecord;
import dev.muster.scheduler.cluster.ClusterSpec;
import dev.muster.scheduler.job.ResourceVector;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** A controller that is started with another cluster file than before says so, and touches nothing. */
class ClusterMismatchTest {

    static NodeRecord host(String... path) {
        return new NodeRecord(
                "n1",
                List.of(path),
                ResourceVector.of(8, 1_000, 1L << 30),
                Optional.empty(),
                new TreeMap<>(),
                List.of(),
                "n1",
                "boot",
                "agent",
                "1.0",
                NodeRecord.Intent.NONE,
                NodeRecord.Health.HEALTHY);
    }

    private static ClusterSpec levels(String... names) {
        return new ClusterSpec(List.of(names), List.of(), List.of(), List.of());
    }

    @Test
    void hostsHaveOneDomainForEachLevel() {
        assertThatCode(() -> ClusterMismatch.check(levels("block", "rack"), List.of(host("b1", "r1"))))
                .doesNotThrowAnyException();
        assertThatCode(() -> ClusterMismatch.check(levels(), List.of(host()))).doesNotThrowAnyException();
    }

    @Test
    void whoeverForgetsTheClusterFileIsTold() {
        assertThatThrownBy(() -> ClusterMismatch.check(levels(), List.of(host("b1", "r1"))))
                .hasMessage(
                        "host n1 is stored with the path \"b1/r1\", and the cluster file has the levels []; start with"
                                + " the --cluster FILE that was used before");
        assertThatThrownBy(() -> ClusterMismatch.check(levels("rack"), List.of(host())))
                .hasMessageContaining("levels [rack]");
    }
}
