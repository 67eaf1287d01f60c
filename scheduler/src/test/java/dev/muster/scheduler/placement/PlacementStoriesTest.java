package dev.muster.scheduler.placement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.scheduler.cluster.ClusterSnapshot;
import dev.muster.scheduler.cluster.Exclusion;
import dev.muster.scheduler.cluster.HostSpec;
import dev.muster.scheduler.explain.ReasonCode;
import dev.muster.scheduler.explain.Rejection;
import dev.muster.scheduler.explain.Remedy;
import dev.muster.scheduler.job.ResourceVector;
import dev.muster.scheduler.job.SliceSpec;
import dev.muster.scheduler.job.Spread;
import dev.muster.scheduler.job.TopologySpec;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PlacementStoriesTest {

    private static final ResourceVector POD = ResourceVector.of(1, 0, 0);

    private final TreeGangPlacer placer = new TreeGangPlacer();

    /** A cluster from lines such as {@code b1/r1: a b c}; each host has one accelerator. */
    private static ClusterSnapshot cluster(List<String> levels, String... domains) {
        ClusterSnapshot cluster = new ClusterSnapshot(levels);
        for (String line : domains) {
            String[] parts = line.split(": ", -1);
            for (String host : parts[1].split(" ", -1)) {
                cluster.putHost(HostSpec.of(host, List.of(parts[0].split("/", -1)), POD));
            }
        }
        return cluster;
    }

    private static GangRequest gang(int hosts, TopologySpec topology) {
        return SmallCluster.gang(hosts, hosts, 0, false, POD, Optional.empty(), topology, Collections.emptySortedSet());
    }

    private static TopologySpec required(String level) {
        return new TopologySpec(Optional.of(level), Optional.empty(), List.of(), Spread.PACKED);
    }

    private static TopologySpec preferred(String level) {
        return new TopologySpec(Optional.empty(), Optional.of(level), List.of(), Spread.PACKED);
    }

    /** Survivors by rank; a dash for a rank that is lost. */
    private static Repair repair(GangRequest request, List<String> spares, String... byRank) {
        TreeMap<Integer, String> survivors = new TreeMap<>();
        for (int rank = 0; rank < byRank.length; rank++) {
            if (!byRank[rank].equals("-")) {
                survivors.put(rank, byRank[rank]);
            }
        }
        return new Repair(request, survivors, spares);
    }

    private Placement placed(GangRequest request, ClusterSnapshot cluster) {
        return placer.place(request, cluster).placed().orElseThrow();
    }

    private Rejection refused(GangRequest request, ClusterSnapshot cluster) {
        return placer.place(request, cluster).refused().orElseThrow();
    }

    @Test
    void theTightestRackIsFilledAndTheLargeOneStaysWhole() {
        ClusterSnapshot cluster = cluster(List.of("rack"), "r1: a1 a2 a3 a4", "r2: b1 b2 b3", "r3: c1 c2 c3 c4 c5");
        assertThat(placed(gang(3, required("rack")), cluster).hosts()).containsExactly("b1", "b2", "b3");
    }

    @Test
    void aJobWithoutWishesFillsWhatIsAlreadyBroken() {
        ClusterSnapshot cluster =
                cluster(List.of("block", "rack"), "b1/r1: a1 a2", "b1/r2: a3 a4", "b2/r1: c1 c2", "b2/r2: c3 c4");
        cluster.allocate("c3", POD);
        assertThat(placed(gang(1, TopologySpec.ANYWHERE), cluster).hosts()).containsExactly("c4");
        assertThat(placed(gang(2, TopologySpec.ANYWHERE), cluster).hosts()).containsExactly("c1", "c4");
    }

    @Test
    void anAcceleratorHostIsLeftAloneByAJobOfCpus() {
        ClusterSnapshot cluster = new ClusterSnapshot(List.of());
        cluster.putHost(HostSpec.of("a", List.of(), ResourceVector.of(8, 64_000, 0)));
        cluster.putHost(HostSpec.of("b", List.of(), ResourceVector.of(0, 64_000, 0)));
        GangRequest cpus = SmallCluster.gang(
                1,
                1,
                0,
                false,
                ResourceVector.of(0, 1_000, 0),
                Optional.empty(),
                TopologySpec.ANYWHERE,
                Collections.emptySortedSet());
        assertThat(placed(cpus, cluster).hosts()).containsExactly("b");
    }

    @Test
    void ranksGoThroughTheTreeOnce() {
        ClusterSnapshot cluster = cluster(List.of("rack"), "r2: h9 h10 h11 h12", "r10: h1 h2 h3 h4", "r1: h5 h6 h7 h8");
        Placement placement = placed(gang(10, preferred("rack")), cluster);
        assertThat(placement.hosts()).startsWith("h5", "h6", "h7", "h8", "h9", "h10");
        assertThat(placement.score().levels())
                .containsExactly(
                        new PlacementScore.LevelScore("rack", 3, 3, 2),
                        new PlacementScore.LevelScore("host", 10, 10, 9));
    }

    @Test
    void balancedTakesAnEvenPartOfEachRack() {
        ClusterSnapshot cluster = cluster(
                List.of("rack"),
                "r1: a1 a2 a3 a4 a5 a6 a7 a8",
                "r2: b1 b2 b3 b4 b5 b6 b7",
                "r3: c1 c2 c3 c4 c5",
                "r4: d1 d2");
        TopologySpec balanced = new TopologySpec(Optional.empty(), Optional.of("rack"), List.of(), Spread.BALANCED);
        List<String> hosts = placed(gang(10, balanced), cluster).hosts();
        assertThat(hosts).filteredOn(host -> host.startsWith("b")).hasSize(5);
        assertThat(hosts).filteredOn(host -> host.startsWith("c")).hasSize(5);
    }

    @Test
    void sparesLieBesideTheGang() {
        ClusterSnapshot cluster =
                cluster(List.of("block", "rack"), "b1/r1: a1 a2 a3 a4", "b1/r2: b1 b2", "b2/r1: c1 c2 c3");
        GangRequest request = gang(3, required("block")).withSpares(2, false);
        Placement placement = placed(request, cluster);
        assertThat(placement.hosts()).containsExactly("a1", "a2", "a3");
        assertThat(placement.spares()).containsExactly("a4", "b1");
        Rejection tooMany = refused(gang(5, required("block")).withSpares(2, false), cluster);
        assertThat(tooMany.required()).isEqualTo(7);
        assertThat(tooMany.available()).isEqualTo(6);
        assertThat(placed(gang(5, required("block")).withSpares(2, true), cluster)
                        .spares())
                .hasSize(1);
    }

    @Test
    void anElasticGangTakesTheMostThatOneBlockHas() {
        ClusterSnapshot cluster = cluster(List.of("block"), "b1: a1 a2 a3 a4", "b2: c1 c2 c3 c4 c5");
        assertThat(placed(gang(8, required("block")).withPods(8, 3), cluster).hosts())
                .hasSize(5)
                .startsWith("c1");
        TopologySpec pairs = new TopologySpec(
                Optional.of("block"), Optional.empty(), List.of(new SliceSpec(2, "block")), Spread.PACKED);
        assertThat(placed(gang(8, pairs).withPods(8, 3), cluster).hosts()).hasSize(4);
    }

    @Test
    void hostsToBeAvoidedAreNotUsed() {
        ClusterSnapshot cluster = cluster(List.of("rack"), "r1: a1 a2", "r2: b1 b2");
        GangRequest request = gang(2, required("rack"));
        assertThat(placed(request.avoiding(Set.of("a1", "unknown")), cluster).hosts())
                .containsExactly("b1", "b2");
        Rejection rejection = refused(request.avoiding(Set.of("a1", "b2")), cluster);
        assertThat(rejection.code()).isEqualTo(ReasonCode.EXCLUDED);
        assertThat(rejection.excluded()).containsEntry("AVOIDED", 1);
        assertThat(cluster.host("a1").orElseThrow().exclusion()).isEmpty();
    }

    @Test
    void aRefusalNamesTheBestDomainAndWhatIsShort() {
        ClusterSnapshot cluster =
                cluster(List.of("block", "rack"), "b1/r1: a1 a2 a3", "b1/r2: b1 b2 b3 b4", "b2/r1: c1");
        cluster.allocate("b1", POD);
        cluster.allocate("a1", POD);
        Rejection rejection = refused(gang(4, required("rack")), cluster);
        assertThat(rejection.code()).isEqualTo(ReasonCode.TOPOLOGY);
        assertThat(rejection.level()).isEqualTo("rack");
        assertThat(rejection.domain()).isEqualTo("b1/r2");
        assertThat(rejection.available()).isEqualTo(3);
        assertThat(rejection.shortfall()).isEqualTo(1);
        assertThat(rejection.helps()).isEqualTo(Remedy.WAIT);
        assertThat(rejection.text())
                .isEqualTo("needs 4 hosts within one rack; b1/r2 has the most room, for 3, 1 short;"
                        + " it starts when enough of them are free");
    }

    @Test
    void aRefusalCountsTheExcludedHostsByCause() {
        ClusterSnapshot cluster = cluster(List.of("rack"), "r1: a1 a2 a3 a4", "r2: b1");
        cluster.exclude("a1", Optional.of(Exclusion.CORDONED));
        cluster.exclude("a2", Optional.of(Exclusion.LOST));
        Rejection rejection = refused(gang(4, required("rack")), cluster);
        assertThat(rejection.code()).isEqualTo(ReasonCode.EXCLUDED);
        assertThat(rejection.domain()).isEqualTo("r1");
        assertThat(rejection.available()).isEqualTo(2);
        assertThat(rejection.excluded()).containsOnlyKeys("CORDONED", "LOST");
        assertThat(rejection.helps()).isEqualTo(Remedy.NOTHING);
        assertThat(rejection.text()).contains("not counted: 1 CORDONED, 1 LOST");
    }

    @Test
    void whatCanNeverFitIsSaidToBeImpossible() {
        ClusterSnapshot cluster = cluster(List.of("rack"), "r1: a1 a2", "r2: b1");
        cluster.exclude("a1", Optional.of(Exclusion.CORDONED));
        Rejection inRack = refused(gang(3, required("rack")), cluster);
        assertThat(inRack.code()).isEqualTo(ReasonCode.IMPOSSIBLE);
        assertThat(inRack.text())
                .isEqualTo("needs 3 hosts within one rack; the largest, r1, empty, has room for 2, 1 short;"
                        + " it can never start here");
        GangRequest other = SmallCluster.gang(
                1, 1, 0, false, POD, Optional.of("tpu"), TopologySpec.ANYWHERE, Collections.emptySortedSet());
        assertThat(refused(other, cluster).text())
                .startsWith("needs 1 host with tpu; the whole cluster, empty, has room for 0");
    }

    @Test
    void aRequestThatMakesNoSenseHereIsInvalid() {
        ClusterSnapshot cluster = cluster(List.of("block", "rack"), "b1/r1: a1 a2");
        assertThat(refused(gang(1, required("pdu")), cluster).text())
                .isEqualTo("the job names the level pdu; this cluster has block, rack and host");
        assertThat(refused(gang(2, required("host")), cluster).code()).isEqualTo(ReasonCode.INVALID);
        TopologySpec insideOut = new TopologySpec(
                Optional.empty(),
                Optional.empty(),
                List.of(new SliceSpec(4, "rack"), new SliceSpec(2, "block")),
                Spread.PACKED);
        assertThat(refused(gang(4, insideOut), cluster).text()).contains("order them outermost first");
        assertThat(refused(gang(5, insideOut), cluster).text()).contains("which do not divide 5");
        assertThat(placed(gang(1, required("host")), cluster).hosts()).containsExactly("a1");
    }

    @Test
    void aLostHostIsReplacedInsideItsBrokenSlice() {
        ClusterSnapshot cluster = cluster(List.of("block", "rack"), "b1/r1: x1 x2 x6", "b1/r2: x3 x4 x5");
        TopologySpec pairs = new TopologySpec(
                Optional.of("block"), Optional.empty(), List.of(new SliceSpec(2, "rack")), Spread.PACKED);
        List.of("x1", "x2", "x3", "x4").forEach(host -> cluster.allocate(host, POD));
        cluster.exclude("x3", Optional.of(Exclusion.LOST));
        Repair repair = repair(gang(4, pairs), List.of(), "x1", "x2", "-", "x4");
        Placement repaired = placer.repair(repair, cluster).placed().orElseThrow();
        assertThat(repaired.hosts()).containsExactly("x1", "x2", "x5", "x4");
        cluster.exclude("x5", Optional.of(Exclusion.CORDONED));
        Rejection rejection = placer.repair(repair, cluster).refused().orElseThrow();
        assertThat(rejection.code()).isEqualTo(ReasonCode.TOPOLOGY);
    }

    @Test
    void aSpareStepsInAndTheSparesAreToppedUp() {
        ClusterSnapshot cluster = cluster(List.of("rack"), "r1: a1 a2 a3 a4 a5");
        GangRequest request = gang(3, required("rack")).withSpares(1, true);
        List.of("a1", "a2", "a3", "a4").forEach(host -> cluster.allocate(host, POD));
        cluster.exclude("a2", Optional.of(Exclusion.LOST));
        Placement repaired = placer.repair(repair(request, List.of("a4"), "a1", "-", "a3"), cluster)
                .placed()
                .orElseThrow();
        assertThat(repaired.hosts()).containsExactly("a1", "a4", "a3");
        assertThat(repaired.spares()).containsExactly("a5");
    }

    @Test
    void anElasticGangGoesOnWithWhatIsLeft() {
        ClusterSnapshot cluster = cluster(List.of("rack"), "r1: a1 a2 a3 a4");
        List.of("a1", "a2", "a3", "a4").forEach(host -> cluster.allocate(host, POD));
        cluster.exclude("a4", Optional.of(Exclusion.LOST));
        GangRequest request = gang(4, TopologySpec.ANYWHERE).withPods(4, 3);
        assertThat(placer.repair(repair(request, List.of(), "a1", "a2", "a3"), cluster)
                        .placed()
                        .orElseThrow()
                        .hosts())
                .containsExactly("a1", "a2", "a3");
    }

    @Test
    void aGangThatLostEveryHostIsPlacedAnew() {
        ClusterSnapshot cluster = cluster(List.of("rack"), "r1: a1 a2", "r2: b1 b2");
        List.of("a1", "a2").forEach(host -> cluster.exclude(host, Optional.of(Exclusion.LOST)));
        assertThat(placer.repair(repair(gang(2, required("rack")), List.of()), cluster)
                        .placed()
                        .orElseThrow()
                        .hosts())
                .containsExactly("b1", "b2");
    }
}
