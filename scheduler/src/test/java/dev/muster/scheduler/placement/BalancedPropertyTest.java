package dev.muster.scheduler.placement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.scheduler.job.Spread;
import dev.muster.scheduler.job.TopologySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A balanced gang lies as evenly on its hosts as any way to place it would: trying all of them shows it. */
class BalancedPropertyTest {

    private static final int CASES = 3_000;

    private final TreeGangPlacer placer = new TreeGangPlacer();

    /**
     * What is to be small, first things first: how far out the domain lies that holds all, domains of the preferred level, then the
     * fewest pods on a used host (many are wanted), how far the most are from the fewest, hosts.
     */
    private static List<Integer> wish(PodCluster cluster, int wished, int[] parts) {
        int fit = wished;
        while (cluster.byDomain(parts, fit).size() > 1) {
            fit--;
        }
        int least = Arrays.stream(parts).filter(part -> part > 0).min().orElse(0);
        int most = Arrays.stream(parts).max().orElse(0);
        int hosts = (int) Arrays.stream(parts).filter(part -> part > 0).count();
        return List.of(-fit, cluster.byDomain(parts, wished).size(), -least, most - least, hosts);
    }

    private static boolean isSmaller(List<Integer> left, List<Integer> right) {
        for (int index = 0; index < left.size(); index++) {
            if (!left.get(index).equals(right.get(index))) {
                return left.get(index) < right.get(index);
            }
        }
        return false;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void aBalancedGangIsAsEvenAsCanBeOnTheFewestDomains(long seed) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        int placed = 0;
        for (int round = 0; round < CASES; round++) {
            PodCluster cluster = new PodCluster(random);
            int wished = random.nextInt(1, cluster.levels.size() + 2);
            String level = wished > cluster.levels.size() ? "host" : cluster.levels.get(wished - 1);
            int pods = random.nextInt(1, 10);
            GangRequest request = GangRequest.of(pods, PodCluster.amounts(random.nextInt(0, 2), 1))
                    .withTopology(new TopologySpec(Optional.empty(), Optional.of(level), List.of(), Spread.BALANCED));
            List<List<Integer>> best = new ArrayList<>();
            cluster.choices(request, parts -> {
                if (Arrays.stream(parts).sum() == pods) {
                    List<Integer> wish = wish(cluster, wished, parts);
                    if (best.isEmpty() || isSmaller(wish, best.get(0))) {
                        best.clear();
                        best.add(wish);
                    }
                }
            });
            Optional<Placement> placement =
                    placer.place(request, cluster.snapshot).placed();
            String name = "seed " + seed + " round " + round + " " + request + " on " + cluster.hosts + cluster.used;
            assertThat(placement.isPresent()).as(name).isEqualTo(!best.isEmpty());
            if (placement.isPresent()) {
                placed++;
                assertThat(wish(cluster, wished, cluster.parts(placement.get().hosts())))
                        .as(name + " " + placement.get().hosts())
                        .isEqualTo(best.get(0));
            }
        }
        assertThat(placed).isGreaterThan(CASES / 3);
    }
}
