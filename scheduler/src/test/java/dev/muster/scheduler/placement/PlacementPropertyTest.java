package dev.muster.scheduler.placement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.scheduler.cluster.ClusterSnapshot;
import dev.muster.scheduler.cluster.HostSpec;
import dev.muster.scheduler.explain.ReasonCode;
import dev.muster.scheduler.explain.Rejection;
import dev.muster.scheduler.job.ResourceVector;
import dev.muster.scheduler.job.SliceSpec;
import dev.muster.scheduler.job.TopologySpec;
import dev.muster.scheduler.placement.PlacementScore.LevelScore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random small clusters: the placer against trying every set of hosts. */
class PlacementPropertyTest {

    private static final int CASES = 1_500;

    private final TreeGangPlacer placer = new TreeGangPlacer();

    /** What trying everything finds. */
    private record Truth(int largest, int spares, List<Integer> bestCounts) {}

    private static Truth truth(SmallCluster cluster, GangRequest request) {
        List<HostSpec> free = cluster.free(request);
        int firm = request.sparesOptional() ? 0 : request.spares();
        List<List<HostSpec>> valid = new ArrayList<>();
        SmallCluster.subsets(free, gang -> {
            if (gang.size() >= request.minPods()
                    && gang.size() <= request.pods()
                    && gang.size() % request.granule() == 0
                    && cluster.isValid(gang, request)
                    && left(cluster, request, free, gang) >= firm) {
                valid.add(gang);
            }
        });
        int largest = valid.stream().mapToInt(List::size).max().orElse(0);
        int spares = valid.stream()
                .filter(gang -> gang.size() == largest)
                .mapToInt(gang -> Math.min(request.spares(), left(cluster, request, free, gang)))
                .max()
                .orElse(0);
        List<Integer> best = List.of();
        for (List<HostSpec> gang : valid) {
            if (gang.size() == largest && left(cluster, request, free, gang) >= spares) {
                List<Integer> counts = wish(cluster, request, gang);
                best = best.isEmpty() || compare(counts, best) < 0 ? counts : best;
            }
        }
        return new Truth(largest, spares, best);
    }

    /** Free hosts beside a gang in its required domain. */
    private static int left(SmallCluster cluster, GangRequest request, List<HostSpec> free, List<HostSpec> gang) {
        String domain = SmallCluster.domain(gang.get(0), cluster.required(request));
        return (int) free.stream()
                .filter(host -> !gang.contains(host))
                .filter(host ->
                        SmallCluster.domain(host, cluster.required(request)).equals(domain))
                .count();
    }

    /** What is to be small, first things first: how far out the fit domain lies, then domains from the preferred level down. */
    private static List<Integer> wish(SmallCluster cluster, GangRequest request, List<HostSpec> gang) {
        int wished = request.topology()
                .preferred()
                .or(() -> request.topology().required())
                .or(() -> request.topology().slices().stream()
                        .map(SliceSpec::within)
                        .findFirst())
                .map(cluster::depth)
                .orElse(0);
        int counted = Math.max(wished, cluster.required(request));
        int fit = counted;
        while (SmallCluster.domains(gang, fit) > 1) {
            fit--;
        }
        List<Integer> counts = new ArrayList<>(List.of(-fit));
        if (request.topology().preferred().isPresent()
                || request.topology().required().isPresent()
                || !request.topology().slices().isEmpty()) {
            for (int depth = counted; depth <= cluster.levels.size(); depth++) {
                counts.add(SmallCluster.domains(gang, depth));
            }
        }
        return counts;
    }

    private static int compare(List<Integer> left, List<Integer> right) {
        for (int index = 0; index < left.size(); index++) {
            int order = Integer.compare(left.get(index), right.get(index));
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void aGangIsPlacedExactlyWhenAnythingWouldDoAndAsCloseTogetherAsCanBe(long seed) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        int placed = 0;
        for (int round = 0; round < CASES; round++) {
            SmallCluster cluster = new SmallCluster(random);
            GangRequest request = cluster.request(random);
            String name = "seed " + seed + " round " + round + " " + request + " on " + cluster.hosts;
            Truth truth = truth(cluster, request);
            PlacementResult result = placer.place(request, cluster.snapshot);
            assertThat(result.placed().isPresent()).as(name).isEqualTo(truth.largest() > 0);
            if (result.placed().isPresent()) {
                placed++;
                assertGood(name, cluster, request, truth, result.placed().get());
            } else {
                assertTrue(name, cluster, request, result.refused().orElseThrow());
            }
        }
        assertThat(placed).as("a test of refusals only proves little").isBetween(CASES / 5, CASES * 4 / 5);
    }

    private static void assertGood(
            String name, SmallCluster cluster, GangRequest request, Truth truth, Placement placement) {
        List<HostSpec> gang = cluster.byName(placement.hosts());
        assertThat(placement.held()).as(name).doesNotHaveDuplicates();
        assertThat(cluster.free(request)).as(name).containsAll(cluster.byName(placement.held()));
        assertThat(gang).as(name).hasSize(truth.largest());
        assertThat(placement.spares()).as(name).hasSize(truth.spares());
        assertThat(SmallCluster.domains(cluster.byName(placement.held()), cluster.required(request)))
                .as(name)
                .isEqualTo(1);
        assertThat(wish(cluster, request, gang)).as(name).isEqualTo(truth.bestCounts());
        assertSlicesHold(name, cluster, request, gang);
        for (LevelScore level : placement.score().levels()) {
            int depth = cluster.depth(level.level());
            assertThat(level.domains()).as(name).isEqualTo(used(gang, depth));
            assertThat(level.lowerBound()).as(name).isBetween(1, level.domains());
            assertThat(level.cutEdges()).as(name).isEqualTo(level.domains() - 1);
        }
    }

    private static int used(List<HostSpec> gang, int depth) {
        return gang.isEmpty() || depth <= gang.get(0).path().size() ? SmallCluster.domains(gang, depth) : gang.size();
    }

    /** Consecutive ranks, in runs of a slice's size, lie in one domain. */
    static void assertSlicesHold(String name, SmallCluster cluster, GangRequest request, List<HostSpec> gang) {
        for (SliceSpec slice : request.topology().slices()) {
            for (int from = 0; from < gang.size(); from += slice.size()) {
                assertThat(SmallCluster.domains(gang.subList(from, from + slice.size()), cluster.depth(slice.within())))
                        .as(name)
                        .isEqualTo(1);
            }
        }
    }

    private static void assertTrue(String name, SmallCluster cluster, GangRequest request, Rejection rejection) {
        assertThat(rejection.text()).as(name).isNotBlank().doesNotContain("\n");
        if (rejection.code() == ReasonCode.TOPOLOGY) {
            assertThat(rejection.required()).as(name).isGreaterThan(rejection.available());
            long most = cluster.hosts.stream()
                    .map(host -> SmallCluster.domain(host, cluster.required(request)))
                    .distinct()
                    .mapToLong(domain -> room(cluster, request, domain))
                    .max()
                    .orElse(0);
            assertThat(rejection.available()).as(name).isEqualTo(most);
            assertThat(room(cluster, request, rejection.domain())).as(name).isEqualTo(most);
        }
        long free = cluster.free(request).size();
        if (rejection.code() == ReasonCode.CAPACITY) {
            assertThat(rejection.available()).as(name).isEqualTo(free).isLessThan(rejection.required());
        }
        assertThat(rejection.code())
                .as(name)
                .isIn(ReasonCode.IMPOSSIBLE, ReasonCode.EXCLUDED, ReasonCode.TOPOLOGY, ReasonCode.CAPACITY);
    }

    /** The most hosts, in whole slices and with the firm spares, that fit into a domain. */
    private static long room(SmallCluster cluster, GangRequest request, String domain) {
        List<HostSpec> free = cluster.free(request).stream()
                .filter(host ->
                        SmallCluster.domain(host, cluster.required(request)).equals(domain))
                .toList();
        TopologySpec topology = request.topology();
        List<SliceSpec> inside = topology.slices().stream()
                .filter(slice -> cluster.depth(slice.within()) >= cluster.required(request))
                .toList();
        GangRequest sliced = request.withTopology(
                new TopologySpec(topology.required(), topology.preferred(), inside, topology.spread()));
        int[] most = {0};
        SmallCluster.subsets(free, gang -> {
            if (gang.size() % sliced.granule() == 0 && cluster.isValid(gang, sliced)) {
                most[0] = Math.max(most[0], gang.size());
            }
        });
        int spares = request.sparesOptional() ? 0 : request.spares();
        return Math.min(free.size(), most[0] + spares);
    }

    @Test
    void aReasonIsWhatLiftingItShows() {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(9);
        for (int round = 0; round < 1_000; round++) {
            SmallCluster cluster = new SmallCluster(random);
            GangRequest request = cluster.request(random);
            Optional<Rejection> rejection =
                    placer.place(request, cluster.snapshot).refused();
            if (rejection.isEmpty()) {
                continue;
            }
            ClusterSnapshot lifted = copy(cluster, false);
            ClusterSnapshot empty = copy(cluster, true);
            boolean fitsLifted = placer.place(request, lifted).placed().isPresent();
            boolean fitsEmpty = placer.place(request, empty).placed().isPresent();
            ReasonCode code = rejection.get().code();
            assertThat(code == ReasonCode.IMPOSSIBLE).isEqualTo(!fitsEmpty);
            assertThat(code == ReasonCode.EXCLUDED).isEqualTo(fitsLifted);
            assertThat(placer.neverFits(request, cluster.snapshot).isPresent()).isEqualTo(!fitsEmpty);
        }
    }

    private static ClusterSnapshot copy(SmallCluster cluster, boolean empty) {
        ClusterSnapshot copy = new ClusterSnapshot(cluster.levels);
        for (HostSpec host : cluster.hosts) {
            copy.putHost(host);
            if (!empty && cluster.snapshot.host(host.name()).orElseThrow().isInUse()) {
                copy.allocate(host.name(), ResourceVector.of(1, 0, 0));
            }
        }
        return copy;
    }
}
