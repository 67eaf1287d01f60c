package dev.muster.scheduler.placement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.scheduler.cluster.HostSpec;
import dev.muster.scheduler.job.SliceSpec;
import dev.muster.scheduler.job.Spread;
import dev.muster.scheduler.job.TopologySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pods that share hosts are placed as the best of all ways to place them. */
class PodPlacementPropertyTest {

    private static final int CASES = 2_000;

    private final TreeGangPlacer placer = new TreeGangPlacer();

    /** What trying everything finds: the most pods, and what is to be small for that many, first things first. */
    private record Truth(int most, List<Integer> best) {}

    private static Truth truth(PodCluster cluster, GangRequest request) {
        int[] most = {0};
        List<List<Integer>> best = new ArrayList<>(List.of(List.of()));
        cluster.choices(request, parts -> {
            int pods = Arrays.stream(parts).sum();
            boolean counts = pods >= Math.max(1, request.minPods())
                    && pods % request.granule() == 0
                    && pods >= most[0]
                    && cluster.isValid(parts, request);
            if (!counts) {
                return;
            }
            List<Integer> wish = wish(cluster, request, parts);
            if (pods > most[0] || compare(wish, best.get(0)) < 0) {
                most[0] = pods;
                best.set(0, wish);
            }
        });
        return new Truth(most[0], best.get(0));
    }

    /** How far out the domain lies that holds all, then the domains used from the preferred level down to hosts. */
    private static List<Integer> wish(PodCluster cluster, GangRequest request, int[] parts) {
        Optional<String> near = request.topology()
                .preferred()
                .or(() -> request.topology().required())
                .or(() -> request.topology().slices().stream()
                        .map(SliceSpec::within)
                        .findFirst());
        if (near.isEmpty()) {
            return List.of();
        }
        int counted = Math.max(cluster.depth(near.get()), cluster.required(request));
        int fit = counted;
        while (cluster.byDomain(parts, fit).size() > 1) {
            fit--;
        }
        List<Integer> counts = new ArrayList<>(List.of(-fit));
        for (int depth = counted; depth <= cluster.levels.size() + 1; depth++) {
            counts.add(cluster.byDomain(parts, depth).size());
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
    @ValueSource(longs = {1, 2, 3, 4})
    void podsArePlacedExactlyWhenTheyFitAndOnTheFewestDomains(long seed) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        int placed = 0;
        for (int round = 0; round < CASES; round++) {
            PodCluster cluster = new PodCluster(random);
            GangRequest request = cluster.request(random);
            String name = "seed " + seed + " round " + round + " " + request + " on " + cluster.hosts + cluster.used;
            Truth truth = truth(cluster, request);
            Optional<Placement> placement =
                    placer.place(request, cluster.snapshot).placed();
            assertThat(placement.map(found -> found.hosts().size()).orElse(0))
                    .as(name)
                    .isEqualTo(truth.most());
            if (placement.isPresent()) {
                placed++;
                int[] parts = cluster.parts(placement.get().hosts());
                assertThat(cluster.isValid(parts, request)).as(name).isTrue();
                assertThat(wish(cluster, request, parts)).as(name).isEqualTo(truth.best());
                assertRanks(name, cluster, request, placement.get().hosts());
                assertScore(name, cluster, request, placement.get());
            }
        }
        assertThat(placed).as("a test of refusals only proves little").isGreaterThan(CASES / 5);
    }

    /** What the score says was used was used; and no choice in the same domain could do with less than its bound. */
    private static void assertScore(String name, PodCluster cluster, GangRequest request, Placement placement) {
        List<String> pods = placement.hosts();
        int[] parts = cluster.parts(pods);
        List<Integer> wish = wish(cluster, request, parts);
        int fit = wish.isEmpty() ? 0 : -wish.get(0);
        String domain = cluster.byDomain(parts, fit).keySet().iterator().next();
        for (PlacementScore.LevelScore level : placement.score().levels()) {
            int depth = cluster.depth(level.level());
            int used = cluster.byDomain(parts, depth).size();
            assertThat(level.domains()).as(name + " " + level).isEqualTo(used);
            assertThat(level.cutEdges()).as(name + " " + level).isEqualTo(used - 1);
            int[] fewest = {used};
            cluster.choices(request, choice -> {
                if (Arrays.stream(choice).sum() == pods.size()
                        && cluster.isValid(choice, request)
                        && cluster.byDomain(choice, fit).keySet().equals(Set.of(domain))) {
                    fewest[0] =
                            Math.min(fewest[0], cluster.byDomain(choice, depth).size());
                }
            });
            assertThat(level.lowerBound()).as(name + " " + level).isBetween(1, fewest[0]);
        }
    }

    /** Slices are runs of ranks, and each domain is entered once. */
    private static void assertRanks(String name, PodCluster cluster, GangRequest request, List<String> pods) {
        List<HostSpec> hosts = pods.stream()
                .map(pod -> cluster.hosts.stream()
                        .filter(host -> host.name().equals(pod))
                        .findFirst()
                        .orElseThrow())
                .toList();
        for (SliceSpec slice : request.topology().slices()) {
            for (int from = 0; from < hosts.size(); from += slice.size()) {
                assertThat(hosts.subList(from, from + slice.size()).stream()
                                .map(host -> cluster.domain(host, cluster.depth(slice.within())))
                                .distinct())
                        .as(name)
                        .hasSize(1);
            }
        }
        for (int depth = 1; depth <= cluster.levels.size() + 1; depth++) {
            int at = depth;
            List<String> domains =
                    hosts.stream().map(host -> cluster.domain(host, at)).toList();
            int entered = 1;
            for (int rank = 1; rank < domains.size(); rank++) {
                entered += domains.get(rank).equals(domains.get(rank - 1)) ? 0 : 1;
            }
            assertThat(entered).as(name).isEqualTo(new LinkedHashSet<>(domains).size());
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12})
    void aLeaderIsSeatedExactlyWhenThereIsASeatBesideTheWholeGang(long seed) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        int placed = 0;
        for (int round = 0; round < CASES; round++) {
            PodCluster cluster = new PodCluster(random);
            GangRequest request = cluster.request(random)
                    .withLeader(Optional.of(PodCluster.amounts(random.nextInt(0, 3), random.nextInt(1, 4))));
            String name = "seed " + seed + " round " + round + " " + request + " on " + cluster.hosts + cluster.used;
            Truth truth = truth(cluster, request);
            Optional<Placement> placement =
                    placer.place(request, cluster.snapshot).placed();
            assertThat(placement.isPresent()).as(name).isEqualTo(truth.most() > 0);
            if (placement.isPresent()) {
                placed++;
                List<String> pods = placement.get().hosts();
                assertThat(pods.size() - 1).as(name).isEqualTo(truth.most());
                assertThat(cluster.isValid(cluster.parts(pods.subList(1, pods.size())), request))
                        .as(name)
                        .isTrue();
                pods.stream().distinct().forEach(host -> assertFits(name, cluster, request, pods, host));
            }
        }
        assertThat(placed).isGreaterThan(CASES / 5);
    }

    private static void assertFits(
            String name, PodCluster cluster, GangRequest request, List<String> pods, String host) {
        int workers =
                (int) pods.subList(1, pods.size()).stream().filter(host::equals).count();
        var wanted = request.perPod().times(workers);
        if (pods.get(0).equals(host)) {
            wanted = wanted.plus(request.leader().orElseThrow());
        }
        HostSpec spec = cluster.hosts.stream()
                .filter(known -> known.name().equals(host))
                .findFirst()
                .orElseThrow();
        assertThat(wanted.fitsIn(cluster.free(spec))).as(name).isTrue();
    }

    /** With one domain to fill and nothing else to decide, no choice of equally many hosts leaves less room over. */
    @Test
    void amongTheFewestHostsTheLeastRoomIsLeftOver() {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(21);
        int compared = 0;
        for (int round = 0; round < CASES; round++) {
            PodCluster cluster = new PodCluster(random);
            GangRequest request = GangRequest.of(random.nextInt(2, 9), PodCluster.amounts(1, 1))
                    .withTopology(new TopologySpec(Optional.empty(), Optional.of("host"), List.of(), Spread.PACKED));
            Optional<Placement> placement =
                    placer.place(request, cluster.snapshot).placed();
            if (placement.isEmpty() || !cluster.levels.isEmpty()) {
                continue;
            }
            int[] best = {Integer.MAX_VALUE};
            cluster.choices(request, parts -> {
                if (Arrays.stream(parts).sum() == request.pods()) {
                    best[0] = Math.min(best[0], leftover(cluster, request, parts));
                }
            });
            compared++;
            assertThat(leftover(cluster, request, cluster.parts(placement.get().hosts())))
                    .as("round " + round + " " + request + " on " + cluster.hosts + cluster.used)
                    .isEqualTo(best[0]);
        }
        assertThat(compared).isGreaterThan(100);
    }

    /** Hosts first, room second. */
    private static int leftover(PodCluster cluster, GangRequest request, int[] parts) {
        int sum = 0;
        for (int host = 0; host < parts.length; host++) {
            if (parts[host] > 0) {
                sum += 1_000 + cluster.room(cluster.hosts.get(host), request) - parts[host];
            }
        }
        return sum;
    }
}
