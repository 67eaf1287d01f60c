package dev.muster.scheduler.placement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.scheduler.cluster.ClusterHost;
import dev.muster.scheduler.cluster.Exclusion;
import dev.muster.scheduler.cluster.HostSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random gangs that lose random hosts: the repair against trying every set of replacements. */
class RepairPropertyTest {

    private final TreeGangPlacer placer = new TreeGangPlacer();

    /** A gang that ran, and what is left of it. */
    private record Broken(GangRequest request, List<String> survivors, List<String> spares) {}

    /** The most hosts that a gang can have again, and the fewest hosts for it that were no spares; 0 when there is no way. */
    private record Truth(int hosts, int strangers) {}

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void aGangIsRepairedExactlyWhenAnythingWouldDoAndItsSurvivorsStay(long seed) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        int repaired = 0;
        int refused = 0;
        for (int round = 0; round < 3_000; round++) {
            SmallCluster cluster = new SmallCluster(random);
            Optional<Broken> broken = breakOne(cluster, random);
            if (broken.isEmpty()) {
                continue;
            }
            Broken gang = broken.get();
            String name = "seed " + seed + " round " + round + " " + gang + " on " + cluster.hosts;
            Truth truth = truth(cluster, gang);
            PlacementResult result = placer.repair(gang.request(), gang.survivors(), gang.spares(), cluster.snapshot);
            assertThat(result.placed().isPresent()).as(name).isEqualTo(truth.hosts() > 0);
            if (result.placed().isPresent()) {
                repaired++;
                assertGood(name, cluster, gang, truth, result.placed().get());
            } else {
                refused++;
                assertThat(result.refused().orElseThrow().text()).as(name).isNotBlank();
            }
        }
        assertThat(repaired).isGreaterThan(300);
        assertThat(refused).isGreaterThan(30);
    }

    /** Places a gang, takes its hosts into use, and loses some of them. */
    private Optional<Broken> breakOne(SmallCluster cluster, RandomGenerator random) {
        GangRequest request = cluster.request(random).withSpares(random.nextInt(3), true);
        Optional<Placement> placement = placer.place(request, cluster.snapshot).placed();
        if (placement.isEmpty()) {
            return Optional.empty();
        }
        placement.get().held().forEach(host -> cluster.snapshot.allocate(host, SmallCluster.POD));
        List<String> survivors = new ArrayList<>(placement.get().hosts());
        List<String> spares = new ArrayList<>(placement.get().spares());
        for (int losses = random.nextInt(1, 4); losses > 0 && survivors.size() > 1; losses--) {
            String lost = survivors.remove(random.nextInt(survivors.size()));
            cluster.snapshot.exclude(lost, Optional.of(Exclusion.LOST));
        }
        if (!spares.isEmpty() && random.nextInt(3) == 0) {
            cluster.snapshot.exclude(spares.get(0), Optional.of(Exclusion.LOST));
        }
        for (HostSpec host : cluster.hosts) {
            ClusterHost known = cluster.snapshot.host(host.name()).orElseThrow();
            if (known.exclusion().equals(Optional.of(Exclusion.CORDONED)) && random.nextBoolean()) {
                cluster.snapshot.exclude(host.name(), Optional.empty());
            }
        }
        return Optional.of(new Broken(request, survivors, spares));
    }

    private static List<HostSpec> usableSpares(SmallCluster cluster, Broken gang) {
        return cluster.byName(gang.spares()).stream()
                .filter(host -> cluster.snapshot
                        .host(host.name())
                        .orElseThrow()
                        .exclusion()
                        .isEmpty())
                .toList();
    }

    /** Hosts that can take the place of a lost one. */
    private static List<HostSpec> candidates(SmallCluster cluster, Broken gang) {
        List<HostSpec> candidates = new ArrayList<>(usableSpares(cluster, gang));
        for (HostSpec host : cluster.free(gang.request())) {
            if (!gang.survivors().contains(host.name()) && !gang.spares().contains(host.name())) {
                candidates.add(host);
            }
        }
        return candidates;
    }

    private static Truth truth(SmallCluster cluster, Broken gang) {
        List<HostSpec> survivors = cluster.byName(gang.survivors());
        List<HostSpec> spares = usableSpares(cluster, gang);
        int[] best = {0, 0};
        SmallCluster.subsets(candidates(cluster, gang), added -> {
            List<HostSpec> whole = new ArrayList<>(survivors);
            whole.addAll(added);
            int strangers =
                    (int) added.stream().filter(host -> !spares.contains(host)).count();
            if (whole.size() < gang.request().minHosts()
                    || whole.size() > gang.request().hosts()
                    || whole.size() % gang.request().granule() != 0
                    || !cluster.isValid(whole, gang.request())) {
                return;
            }
            if (whole.size() > best[0] || (whole.size() == best[0] && strangers < best[1])) {
                best[0] = whole.size();
                best[1] = strangers;
            }
        });
        return new Truth(best[0], best[1]);
    }

    private static void assertGood(String name, SmallCluster cluster, Broken gang, Truth truth, Placement placement) {
        List<HostSpec> hosts = cluster.byName(placement.hosts());
        List<HostSpec> allowed = new ArrayList<>(cluster.byName(gang.survivors()));
        allowed.addAll(candidates(cluster, gang));
        assertThat(placement.held()).as(name).doesNotHaveDuplicates();
        assertThat(placement.hosts()).as(name).containsAll(gang.survivors()).hasSize(truth.hosts());
        assertThat(allowed).as(name).containsAll(cluster.byName(placement.held()));
        assertThat(cluster.isValid(hosts, gang.request())).as(name).isTrue();
        assertThat(SmallCluster.domains(cluster.byName(placement.held()), cluster.required(gang.request())))
                .as(name)
                .isEqualTo(1);
        assertThat(placement.hosts().stream()
                        .filter(host -> !gang.survivors().contains(host))
                        .filter(host -> !usableSpares(cluster, gang)
                                .contains(cluster.byName(List.of(host)).get(0)))
                        .count())
                .as(name)
                .isEqualTo(truth.strangers());
        assertThat(placement.spares())
                .as(name)
                .hasSizeLessThanOrEqualTo(gang.request().spares());
        PlacementPropertyTest.assertSlicesHold(name, cluster, gang.request(), hosts);
    }
}
