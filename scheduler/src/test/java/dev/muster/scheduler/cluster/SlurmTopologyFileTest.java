package dev.muster.scheduler.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.scheduler.job.Reading;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Fabrics as Slurm's {@code topology.conf} describes them. */
class SlurmTopologyFileTest {

    private static ClusterSpec sound(String text) {
        return SlurmTopologyFile.read(text, 8).value().orElseThrow();
    }

    private static void assertRefused(String text, int line, String words) {
        Reading<ClusterSpec> reading = SlurmTopologyFile.read(text, 8);
        assertThat(reading.violations()).anySatisfy(violation -> {
            assertThat(violation.line()).hasValue(line);
            assertThat(violation.message()).contains(words);
        });
    }

    @Test
    void aTreeOfSwitchesBecomesLevels() {
        ClusterSpec cluster = sound("""
                # two leaves under one spine
                SwitchName=s1 Nodes=n[01-02,9]
                SwitchName=s2 Nodes=m1 LinkSpeed=100
                SwitchName=top \\
                    Switches=s[1-2]
                """);
        assertThat(cluster.levels()).containsExactly("spine", "leaf");
        assertThat(cluster.hosts())
                .extracting(host -> host.name() + " " + String.join("/", host.path()))
                .containsExactly("n01 top/s1", "n02 top/s1", "n9 top/s1", "m1 top/s2");
        assertThat(cluster.hosts().get(0).capacity().amount("accelerators")).isEqualTo(8);
    }

    @Test
    void blocksBecomeOneLevel() {
        ClusterSpec cluster = sound("BlockName=b1 Nodes=n[1-2]\nBlockName=b2 Nodes=n[3-4]\nBlockSizes=2\n");
        assertThat(cluster.levels()).containsExactly("block");
        assertThat(cluster.hosts()).hasSize(4);
    }

    @Test
    void aLeafWithFewerSwitchesAboveItStandsForThemItself() {
        ClusterSpec cluster = sound("""
                SwitchName=s1 Nodes=n1
                SwitchName=s2 Nodes=n2
                SwitchName=top Switches=s1
                """);
        assertThat(cluster.hosts())
                .extracting(host -> String.join("/", host.path()))
                .containsExactly("top/s1", "s2/s2");
    }

    @Test
    void aRealFabricIsRead() throws IOException {
        try (InputStream file = Objects.requireNonNull(
                SlurmTopologyFileTest.class.getResourceAsStream("/topologies/lingjun_2023.topology.conf"))) {
            ClusterSpec cluster = sound(new String(file.readAllBytes(), StandardCharsets.UTF_8));
            assertThat(cluster.hosts()).hasSize(847);
            assertThat(cluster.levels()).endsWith("leaf");
            assertThat(cluster.hosts().stream().map(host -> host.path()).distinct())
                    .hasSize(119);
        }
    }

    @Test
    void mistakesAreNamedWithTheirLineAndValue() {
        assertRefused("SwitchName=s1 Nodes=n1\nSwitchName=s1 Nodes=n2", 2, "names s1 a second time");
        assertRefused("SwitchName=s1 Nodes=n1\nSwitchName=s2 Nodes=n1", 2, "the node n1, which is under s1 already");
        assertRefused("SwitchName=s1 Nodes=n1\nSwitchName=t Switches=s9", 2, "the switch s9, which has no line");
        assertRefused("SwitchName=s1 Nodes=n[3-1]", 1, "has the list n[3-1]");
        assertRefused("SwitchName=s1 Nodes=n[1-9", 1, "has the list n[1-9");
        assertRefused("SwitchName=s1 Nodes=n[1-99999999]", 1, "at most 1048576");
        assertRefused("Switch s1", 1, "expected NAME=VALUE");
        assertRefused("Nodes=n1", 1, "expected SwitchName or BlockName");
        assertRefused("", 1, "names no switch");
        assertRefused("SwitchName=a Nodes=n1 Switches=b\nSwitchName=b Switches=a", 1, "below itself");
    }

    @Test
    void aWordThatSlurmDoesNotKnowIsNotPassedOver() {
        assertRefused("SwitchName=s1 Nods=n[1-4]", 1, "the unknown word Nods; did you mean Nodes?");
        assertRefused("SwitchName=s1 Nodes=n1 Nodes=n2", 1, "has Nodes twice");
    }

    @Test
    void aSwitchWithNothingUnderItIsRefused() {
        assertRefused("SwitchName=s1 Nodes=n1\nSwitchName=s2", 2, "puts nothing under s2; give it Nodes or Switches");
        assertRefused("BlockName=b1 Nodes=,", 1, "puts nothing under b1; give it Nodes");
    }

    @Test
    void aCircleOfSwitchesIsRefusedEvenWhenNoNodeIsInIt() {
        assertRefused(
                "SwitchName=s1 Nodes=n1\nSwitchName=a Switches=b\nSwitchName=b Switches=a", 2, "a below more than 8");
    }

    @Test
    void blocksAndSwitchesDoNotMix() {
        assertRefused("BlockName=b1 Nodes=n1\nSwitchName=s1 Nodes=n2", 2, "names a block and switches");
        assertRefused("BlockName=b1 Switches=s1", 1, "names a block and switches");
        assertRefused("BlockName=b1 SwitchName=s1 Nodes=n1", 1, "names a block and switches");
    }

    @Test
    void namesAreThoseThatAClusterFileMayHave() {
        assertRefused("SwitchName=s[1-2] Nodes=n1", 1, "SwitchName is \"s[1-2]\"; use letters");
        assertRefused("SwitchName= Nodes=n1", 1, "SwitchName is \"\"");
        assertRefused("SwitchName=s1 Nodes=n/1", 1, "a node is \"n/1\"; use letters");
    }

    @Test
    void aListOfAnyLengthAndDepthIsReadOrRefused() {
        assertThat(sound("SwitchName=s1 Nodes=r[1-2]c[1-2]s[01-02]").hosts())
                .extracting(host -> host.name())
                .startsWith("r1c1s01", "r1c1s02", "r1c2s01")
                .hasSize(8);
        assertRefused("SwitchName=s1 Nodes=n" + "[1]".repeat(300_000), 1, "has the list n[1][1]");
        Reading<ClusterSpec> reading = SlurmTopologyFile.read("SwitchName=s1 Nodes=" + "n]".repeat(100_000), 8);
        assertThat(reading.violations())
                .singleElement()
                .satisfies(violation -> assertThat(violation.message()).hasSizeLessThan(200));
    }
}
