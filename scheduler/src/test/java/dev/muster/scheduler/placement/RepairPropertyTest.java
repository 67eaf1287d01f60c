package dev.muster.scheduler.placement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.scheduler.cluster.Exclusion;
import dev.muster.scheduler.cluster.HostSpec;
import dev.muster.scheduler.job.ResourceVector;
import dev.muster.scheduler.job.SliceSpec;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Gangs that have lost hosts are repaired exactly when some choice of hosts for the lost ranks would do. */
class RepairPropertyTest {

    private static final int CASES = 8_000;

    private final TreeGangPlacer placer = new TreeGangPlacer();

    /** A gang of which some ranks are lost; its survivors hold their room, the lost pods do not. */
    private record Broken(GangRequest request, List<String> before, SortedMap<Integer, String> survivors) {
        List<Integer> lost() {
            List<Integer> lost = new ArrayList<>();
            for (int rank = 0; rank < before.size(); rank++) {
                if (!survivors.containsKey(rank)) {
                    lost.add(rank);
                }
            }
            return lost;
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void aGangIsRepairedExactlyWhenAnythingWouldDoAndItsSurvivorsStay(long seed) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        int repaired = 0;
        int refused = 0;
        for (int round = 0; round < CASES; round++) {
            PodCluster cluster = new PodCluster(random);
            Optional<Broken> broken = breakOne(cluster, random);
            if (broken.isEmpty()) {
                continue;
            }
            Broken gang = broken.get();
            String name = "seed " + seed + " round " + round + " " + gang + " on " + cluster.hosts + cluster.used;
            boolean possible = isPossible(cluster, gang, gang.lost(), new TreeMap<>(gang.survivors()));
            Optional<Placement> found = placer.repair(
                            new Repair(gang.request(), gang.survivors(), List.of()), cluster.snapshot)
                    .placed();
            assertThat(found.isPresent()).as(name).isEqualTo(possible);
            if (found.isPresent()) {
                repaired++;
                assertGood(name, cluster, gang, found.get());
            } else {
                refused++;
            }
        }
        assertThat(repaired).isGreaterThan(150);
        assertThat(refused).isGreaterThan(100);
    }

    /** Places a gang of fixed size and loses one or two of its hosts. */
    private Optional<Broken> breakOne(PodCluster cluster, RandomGenerator random) {
        GangRequest wish = cluster.request(random);
        GangRequest request = wish.withPods(wish.pods(), wish.pods());
        Optional<Placement> placement = placer.place(request, cluster.snapshot).placed();
        if (placement.isEmpty()) {
            return Optional.empty();
        }
        List<String> before = placement.get().hosts();
        List<String> hosts = new ArrayList<>(new LinkedHashSet<>(before));
        for (int losses = random.nextInt(1, 3); losses > 0 && hosts.size() > 1; losses--) {
            String lost = hosts.remove(random.nextInt(hosts.size()));
            cluster.snapshot.exclude(lost, Optional.of(Exclusion.LOST));
        }
        SortedMap<Integer, String> survivors = new TreeMap<>();
        for (int rank = 0; rank < before.size(); rank++) {
            if (hosts.contains(before.get(rank))) {
                survivors.put(rank, before.get(rank));
                cluster.snapshot.allocate(before.get(rank), request.perPod());
                cluster.used.merge(before.get(rank), request.perPod(), ResourceVector::plus);
            }
        }
        return survivors.size() == before.size()
                ? Optional.empty()
                : Optional.of(new Broken(request, before, survivors));
    }

    /** Tries every host for the first lost rank, and so on. */
    private static boolean isPossible(
            PodCluster cluster, Broken gang, List<Integer> lost, SortedMap<Integer, String> placed) {
        if (lost.isEmpty()) {
            return isValid(cluster, gang.request(), placed);
        }
        for (HostSpec host : cluster.hosts) {
            long added = placed.entrySet().stream()
                    .filter(entry -> !gang.survivors().containsKey(entry.getKey()))
                    .filter(entry -> entry.getValue().equals(host.name()))
                    .count();
            if (added < cluster.room(host, gang.request())) {
                placed.put(lost.get(0), host.name());
                if (isPossible(cluster, gang, lost.subList(1, lost.size()), placed)) {
                    return true;
                }
                placed.remove(lost.get(0));
            }
        }
        return false;
    }

    private static boolean isValid(PodCluster cluster, GangRequest request, Map<Integer, String> byRank) {
        List<HostSpec> hosts = new ArrayList<>();
        byRank.values()
                .forEach(name -> hosts.add(cluster.hosts.stream()
                        .filter(host -> host.name().equals(name))
                        .findFirst()
                        .orElseThrow()));
        if (domains(cluster, hosts, cluster.required(request)) > 1) {
            return false;
        }
        for (SliceSpec slice : request.topology().slices()) {
            for (int from = 0; from < hosts.size(); from += slice.size()) {
                List<HostSpec> run = hosts.subList(from, from + slice.size());
                if (domains(cluster, run, cluster.depth(slice.within())) > 1) {
                    return false;
                }
            }
        }
        return true;
    }

    private static int domains(PodCluster cluster, List<HostSpec> hosts, int depth) {
        return (int) hosts.stream()
                .map(host -> cluster.domain(host, depth))
                .distinct()
                .count();
    }

    private static void assertGood(String name, PodCluster cluster, Broken gang, Placement placement) {
        SortedMap<Integer, String> after = new TreeMap<>();
        for (int index = 0; index < placement.hosts().size(); index++) {
            after.put(placement.ranks().get(index), placement.hosts().get(index));
        }
        assertThat(after)
                .as(name)
                .containsAllEntriesOf(gang.survivors())
                .hasSize(gang.before().size());
        assertThat(isValid(cluster, gang.request(), after)).as(name).isTrue();
        for (HostSpec host : cluster.hosts) {
            long added = after.entrySet().stream()
                    .filter(entry -> !gang.survivors().containsKey(entry.getKey()))
                    .filter(entry -> entry.getValue().equals(host.name()))
                    .count();
            assertThat(added).as(name).isLessThanOrEqualTo(cluster.room(host, gang.request()));
        }
    }
}
