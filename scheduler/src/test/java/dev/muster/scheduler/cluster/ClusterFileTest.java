package dev.muster.scheduler.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.scheduler.job.Reading;
import dev.muster.scheduler.job.ResourceVector;
import dev.muster.scheduler.job.Violation;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClusterFileTest {

    private static final String FULL = """
            apiVersion: muster.dev/v1alpha1
            kind: Cluster
            levels: [zone, block, rack]
            hosts:
              - {name: x1, path: [z9, b1, r1], accelerators: 8, acceleratorType: nvidia-h100, cpus: 128, memory: 2048Gi}
              - {name: x2, path: [z9, b1, r2], cpus: 4, labels: {pool: a}}
            generate:
              - {counts: [1, 2, 2], hostsPerDomain: 2, accelerators: 8, cpus: 128, memory: 2048Gi}
              - {counts: [1, 1, 1], hostsPerDomain: 1, accelerators: 4}
            queues:
              - {name: research, guaranteed: {accelerators: 8}, max: {accelerators: 16}, weight: 2}
              - {name: vision, parent: research, guaranteed: {accelerators: 8}, reclaim: false}
            maintenance:
              - {domain: [z1, b1, r2], from: 2026-12-01T00:00:00Z, to: 2026-12-01T04:00:00Z}
            policy: {preemption: false, backfill: none, restartCost: 90s, fairShare: {halfLife: 12h}}""";

    private static List<String> problems(String text) {
        Reading<ClusterSpec> reading = ClusterFile.read(text);
        assertThat(reading.value()).isEmpty();
        return reading.violations().stream().map(Violation::toString).toList();
    }

    @Test
    void everyPartOfTheContractIsRead() {
        Reading<ClusterSpec> reading = ClusterFile.read(FULL);
        assertThat(reading.violations()).isEmpty();
        ClusterSpec cluster = reading.value().orElseThrow();
        assertThat(cluster.levels()).containsExactly("zone", "block", "rack");
        assertThat(cluster.hosts()).hasSize(11);
        assertThat(cluster.hosts().get(0))
                .isEqualTo(new HostSpec(
                        "x1",
                        List.of("z9", "b1", "r1"),
                        ResourceVector.of(8, 128_000, 2048L << 30),
                        Optional.of("nvidia-h100"),
                        new TreeMap<>()));
        assertThat(cluster.queues().get(1).parent()).isEqualTo("research");
        assertThat(cluster.queues().get(1).reclaim()).isFalse();
        assertThat(cluster.maintenance())
                .containsExactly(new MaintenanceWindow(
                        List.of("z1", "b1", "r2"),
                        Instant.parse("2026-12-01T00:00:00Z"),
                        Instant.parse("2026-12-01T04:00:00Z")));
    }

    @Test
    void aPolicyIsReadAndWhatItLeavesOutIsAsUsual() {
        assertThat(ClusterFile.read(FULL).value().orElseThrow().policy())
                .isEqualTo(new PolicySpec(
                        false, false, false, false, Duration.ofSeconds(90), Optional.of(Duration.ofHours(12))));
        String silent = FULL.substring(0, FULL.indexOf("policy:"));
        assertThat(ClusterFile.read(silent).value().orElseThrow().policy()).isEqualTo(PolicySpec.DEFAULT);
    }

    @Test
    void aGuaranteeMayExceedTheClusterButNoNumber() {
        String large = FULL.replace(
                "guaranteed: {accelerators: 8}, max: {accelerators: 16}", "guaranteed: {accelerators: 2000000000}");
        assertThat(ClusterFile.read(large).value()).isPresent();
        String tooLarge = FULL.substring(0, FULL.indexOf("queues:"))
                + "queues:\n- {name: a, guaranteed: {cpus: 9223372036854775}}\n"
                + "- {name: b, guaranteed: {cpus: 9223372036854775}}\n";
        assertThat(problems(tooLarge))
                .containsExactly("line 12: queues[1].guaranteed: makes the sum under root too large for a number");
    }

    @Test
    void generatedNamesCountOnThroughTheWholeCluster() {
        List<HostSpec> hosts = ClusterFile.read(FULL).value().orElseThrow().hosts();
        assertThat(hosts.subList(2, 11))
                .extracting(host -> String.join("/", host.path()) + "/" + host.name())
                .containsExactly(
                        "z1/b1/r1/n000001",
                        "z1/b1/r1/n000002",
                        "z1/b1/r2/n000003",
                        "z1/b1/r2/n000004",
                        "z1/b2/r1/n000005",
                        "z1/b2/r1/n000006",
                        "z1/b2/r2/n000007",
                        "z1/b2/r2/n000008",
                        "z2/b1/r1/n000009");
    }

    @Test
    void aClusterMayHaveNoLevelsAtAll() {
        String flat = "apiVersion: muster.dev/v1alpha1\nkind: Cluster\n"
                + "generate: [{counts: [], hostsPerDomain: 3, accelerators: 2}]";
        assertThat(ClusterFile.read(flat).value().orElseThrow().hosts())
                .extracting(HostSpec::path)
                .containsOnly(List.of());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[zone, block, rack]   | [zone, zone, rack]    | line 3: levels: has \"zone\" twice",
                "[zone, block, rack]   | [zone, block, host]   | line 3: levels: has host in it",
                "path: [z9, b1, r2]    | path: [z9, b1]        | line 6: hosts[1].path: has 2 names; give one for each level: zone, block, rack",
                "name: x2              | name: x1              | line 6: hosts[1].name: is \"x1\", as on line 5",
                "name: x2              | name: n000001         | line 8: generate[0].name: is \"n000001\", as on line 6",
                "cpus: 4               | cpu: 4                | line 6: hosts[1].cpu: unknown field; did you mean cpus?",
                "counts: [1, 2, 2]     | counts: [1, 2]        | line 8: generate[0].counts: has 2 numbers; give one for each",
                "counts: [1, 2, 2]     | counts: [1, 0, 2]     | line 8: generate[0].counts[1]: is 0; give a whole number from 1",
                "counts: [1, 2, 2]     | counts: [1024, 1024, 1024] | line 8: generate[0].counts: makes too many hosts",
                "parent: research      | parent: reserch       | line 12: queues[1].parent: is \"reserch\", which is no queue; did you mean research?",
                "name: vision          | name: research        | line 12: queues[1].name: is \"research\", as on line 11",
                "name: vision          | name: root            | line 12: queues[1].name: is root",
                "name: research,       | name: research, parent: vision, | line 11: queues[0].parent: is \"vision\", which lies under this queue itself",
                "weight: 2             | weight: 0             | line 11: queues[0].weight: is 0; give a whole number from 1",
                "max: {accelerators: 16} | max: {accelerators: 7} | line 11: queues[0].guaranteed: has 8 accelerators, more than max allows, 7",
                "research, guaranteed: {accelerators: 8}, max | research, guaranteed: {accelerators: 3}, max | line 11: queues[0].guaranteed: has 3 accelerators, less than",
                "[z1, b1, r2]          | [z1, b7, r2]          | line 14: maintenance[0].domain: is \"z1/b7/r2\", where there is no host",
                "[z1, b1, r2]          | [z1, b1, r2, n1]      | line 14: maintenance[0].domain: has 4 names; the cluster has 3 levels",
                "from: 2026            | from: 2027            | line 14: maintenance[0].to: is 2026-12-01T04:00:00Z, not later",
                "from: 2026-12         | from: 2026-13         | line 14: maintenance[0].from: expected a time such as",
                "backfill: none        | backfill: some        | line 15: policy.backfill: expected one of easy, none, found the text",
                "preemption: false     | preemption: 0         | line 15: policy.preemption: expected true or false",
                "restartCost: 90s      | restartCost: 90       | line 15: policy.restartCost: expected a duration such as 90s",
                "halfLife: 12h         | halfLife: 0s          | line 15: policy.fairShare.halfLife: is 0s; give more than zero",
                "halfLife: 12h         | halflife: 12h         | line 15: policy.fairShare.halfLife: is missing",
                "preemption: false     | preemptible: false    | line 15: policy.preemptible: unknown field; did you mean preemption?",
                "memory: 2048Gi}       | memory: 2048Gb}       | line 5: hosts[0].memory: expected an amount of memory",
                "cpus: 4               | cpus: 9223372036854775 | line 6: hosts[1].name: makes the cluster's resources too many"
            })
    void aWrongValueIsNamedWithItsLine(String right, String wrong, String message) {
        assertThat(FULL).contains(right);
        assertThat(problems(FULL.replace(right, wrong))).first().asString().startsWith(message);
    }

    @Test
    void aLongCycleIsReportedOnce() {
        String cycle = FULL.substring(0, FULL.indexOf("queues:"))
                + "queues:\n- {name: c, parent: a}\n- {name: a, parent: b}\n- {name: b, parent: c}\n- {name: d, parent: c}\n";
        assertThat(problems(cycle))
                .containsExactly("line 12: queues[1].parent: is \"b\", which lies under this queue itself");
    }

    @Test
    void theLargestClusterIsRead() {
        String large = "apiVersion: muster.dev/v1alpha1\nkind: Cluster\nlevels: [zone, block, rack]\n"
                + "generate: [{counts: [8, 64, 16], hostsPerDomain: 16, accelerators: 8}]";
        assertThat(ClusterFile.read(large).value().orElseThrow().hosts()).hasSize(131_072);
        assertThat(problems(large.replace("16, accel", "129, accel")))
                .singleElement()
                .asString()
                .contains("too many hosts");
    }

    @Test
    void windowsOpenAndCloseOnTime() {
        Instant from = Instant.parse("2026-12-01T00:00:00Z");
        MaintenanceWindow window = new MaintenanceWindow(List.of("z1"), from, from.plusSeconds(60));
        assertThat(MaintenanceWindow.active(List.of(window), from.minusMillis(1)))
                .isEmpty();
        assertThat(MaintenanceWindow.active(List.of(window), from)).containsExactly(window);
        assertThat(MaintenanceWindow.active(List.of(window), from.plusSeconds(60)))
                .isEmpty();
        assertThat(window.covers(HostSpec.of("a", List.of("z1", "b1"), ResourceVector.ZERO)))
                .isTrue();
        assertThat(window.covers(HostSpec.of("a", List.of("z2", "b1"), ResourceVector.ZERO)))
                .isFalse();
    }
}
