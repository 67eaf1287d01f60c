package dev.muster.scheduler.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.muster.scheduler.job.ResourceVector;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

class ClusterSnapshotTest {

    private static final List<GangShape> SHAPES = List.of(
            shape(1, 1, Optional.empty(), 1, 1, 1, 1),
            shape(4, 1, Optional.empty(), 1, 1, 1, 1),
            shape(2, 1, Optional.of("x"), 4, 4, 2, 1),
            shape(1, 3, Optional.of("x"), 4, 4, 2, 2),
            shape(1, 100, Optional.empty(), 12, 6, 3, 3),
            shape(1, 1, Optional.empty(), 6, 3, 1, 1));

    private static ResourceVector accelerators(int count) {
        return ResourceVector.of(count, 0, 0);
    }

    private static GangShape shape(int accelerators, int podsPerHost, Optional<String> type, Integer... granules) {
        return new GangShape(
                accelerators(accelerators), podsPerHost, type, Collections.emptySortedMap(), List.of(granules));
    }

    /** What the counters say, and what counting again says. */
    private void assertCountersAreRight(ClusterSnapshot cluster) {
        for (GangShape shape : SHAPES) {
            for (CapacityView view : CapacityView.values()) {
                RoomCounts counts = cluster.counts(shape, view);
                assertRight(cluster.root(), counts, shape, view);
            }
        }
    }

    private int assertRight(ClusterDomain domain, RoomCounts counts, GangShape shape, CapacityView view) {
        int pods = 0;
        int hosts = 0;
        int inner = 0;
        int inUse = 0;
        int excluded = 0;
        for (ClusterDomain child : domain.children()) {
            inner += assertRight(child, counts, shape, view);
            pods += counts.pods(child);
            hosts += counts.hosts(child);
            inUse += child.usedHosts();
            excluded += child.excludedHosts();
            assertThat(child.hostCount()).isPositive();
        }
        for (ClusterHost host : domain.hosts()) {
            int there = pods(host, shape, view);
            assertThat(counts.pods(host)).isEqualTo(there);
            pods += there;
            hosts += there > 0 ? 1 : 0;
            inner += whole(there, shape, domain.depth() + 1);
            inUse += host.isInUse() ? 1 : 0;
            excluded += host.exclusion().isPresent() ? 1 : 0;
        }
        assertThat(counts.pods(domain)).isEqualTo(pods);
        assertThat(counts.hosts(domain)).isEqualTo(hosts);
        assertThat(counts.room(domain)).isEqualTo(whole(inner, shape, domain.depth()));
        assertThat(domain.usedHosts()).isEqualTo(inUse);
        assertThat(domain.excludedHosts()).isEqualTo(excluded);
        return whole(inner, shape, domain.depth());
    }

    private static int whole(int pods, GangShape shape, int depth) {
        int granule = shape.granules().get(depth);
        return pods / granule * granule;
    }

    private final SortedMap<String, Long> used = new TreeMap<>();

    private int pods(ClusterHost host, GangShape shape, CapacityView view) {
        boolean barred = host.exclusion().isPresent() && (view == CapacityView.NOW || view == CapacityView.IDLE);
        boolean idle = view == CapacityView.IDLE || view == CapacityView.EMPTY;
        long free = host.spec().capacity().amount(ResourceVector.ACCELERATORS)
                - (idle ? 0 : used.getOrDefault(host.name(), 0L));
        boolean rightType = shape.acceleratorType().isEmpty()
                || shape.acceleratorType().equals(host.spec().acceleratorType());
        long most = Math.max(0, free) / shape.perPod().amount(ResourceVector.ACCELERATORS);
        return barred || !rightType ? 0 : (int) Math.min(most, shape.podsPerHost());
    }

    private static HostSpec host(RandomGenerator random, int number) {
        return new HostSpec(
                "h" + number,
                List.of("b" + random.nextInt(2), "r" + random.nextInt(3)),
                accelerators(random.nextInt(1, 9)),
                random.nextBoolean() ? Optional.of("x") : Optional.empty(),
                Collections.emptySortedMap());
    }

    @Test
    void countersEqualARecountAfterWhateverHappens() {
        for (int seed = 0; seed < 40; seed++) {
            RandomGenerator random =
                    RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
            used.clear();
            ClusterSnapshot cluster = new ClusterSnapshot(List.of("block", "rack"));
            List<int[]> taken = new ArrayList<>();
            for (int step = 0; step < 150; step++) {
                change(random, cluster, taken);
                if (step % 10 == 0) {
                    assertCountersAreRight(cluster);
                }
            }
            assertCountersAreRight(cluster);
        }
    }

    private void change(RandomGenerator random, ClusterSnapshot cluster, List<int[]> taken) {
        int number = random.nextInt(20);
        String name = "h" + number;
        int amount = random.nextInt(1, 5);
        Optional<ClusterHost> known = cluster.host(name);
        switch (random.nextInt(6)) {
            case 0, 1 -> cluster.putHost(host(random, number));
            case 2 -> {
                if (known.isPresent() && !known.get().isInUse()) {
                    cluster.removeHost(name);
                }
            }
            case 3 -> {
                if (known.isPresent()) {
                    cluster.restore(name, accelerators(amount));
                    used.merge(name, (long) amount, Long::sum);
                    taken.add(new int[] {number, amount});
                }
            }
            case 4 -> {
                if (!taken.isEmpty()) {
                    int[] given = taken.remove(random.nextInt(taken.size()));
                    cluster.release("h" + given[0], accelerators(given[1]));
                    used.merge("h" + given[0], (long) -given[1], Long::sum);
                }
            }
            default -> {
                if (known.isPresent()) {
                    Exclusion[] causes = Exclusion.values();
                    cluster.exclude(
                            name,
                            random.nextBoolean()
                                    ? Optional.empty()
                                    : Optional.of(causes[random.nextInt(causes.length)]));
                }
            }
        }
    }

    @Test
    void aForkAnswersWhatIfAndTheClusterKnowsNothingOfIt() {
        for (int seed = 0; seed < 200; seed++) {
            RandomGenerator random =
                    RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
            used.clear();
            ClusterSnapshot cluster = new ClusterSnapshot(List.of("block", "rack"));
            List<int[]> taken = new ArrayList<>();
            for (int step = 0; step < 60; step++) {
                change(random, cluster, taken);
            }
            if (taken.isEmpty()) {
                continue;
            }
            int[] given = taken.get(random.nextInt(taken.size()));
            ClusterHost host = cluster.host("h" + given[0]).orElseThrow();
            for (GangShape shape : SHAPES) {
                RoomCounts live = cluster.counts(shape, CapacityView.NOW);
                RoomCounts fork = live.fork();
                fork.release(host, accelerators(given[1]));
                int rootIf = live.roomIf(cluster.root(), host, fork.pods(host));
                assertThat(rootIf).as("seed " + seed).isEqualTo(fork.room(cluster.root()));
                assertThat(fork.podsBeside(host, accelerators(given[1])))
                        .as("seed " + seed)
                        .isEqualTo(fork.pods(host) == 0 ? 0 : live.pods(host));
                fork.take(host, accelerators(given[1]));
                assertThat(fork.room(cluster.root())).as("seed " + seed).isEqualTo(live.room(cluster.root()));
                fork.close(host);
                fork.release(host, accelerators(given[1]));
                assertThat(fork.pods(host))
                        .as("seed " + seed + ": closed stays closed")
                        .isZero();
            }
            assertCountersAreRight(cluster);
        }
    }

    @Test
    void aTrialThatIsUndoneLeavesNoTrace() {
        used.clear();
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(5);
        ClusterSnapshot cluster = new ClusterSnapshot(List.of("block", "rack"));
        for (int number = 0; number < 20; number++) {
            cluster.putHost(new HostSpec(
                    "h" + number,
                    host(random, number).path(),
                    accelerators(8),
                    Optional.of("x"),
                    Collections.emptySortedMap()));
        }
        cluster.exclude("h3", Optional.of(Exclusion.CORDONED));
        cluster.allocate("h4", accelerators(3));
        used.put("h4", 3L);
        assertCountersAreRight(cluster);
        Trial trial = new Trial(cluster);
        trial.allocate("h5", accelerators(8));
        trial.allocate("h4", accelerators(5));
        trial.release("h4", accelerators(3));
        trial.exclude("h3", Optional.of(Exclusion.LOST));
        trial.exclude("h3", Optional.empty());
        assertThat(cluster.host("h5").orElseThrow().isInUse()).isTrue();
        trial.undo();
        assertCountersAreRight(cluster);
        assertThat(cluster.host("h3").orElseThrow().exclusion()).contains(Exclusion.CORDONED);
        assertThat(cluster.host("h5").orElseThrow().isInUse()).isFalse();
    }

    @Test
    void manyShapesTakeTurnsWithoutMixingUp() {
        ClusterSnapshot cluster = new ClusterSnapshot(List.of());
        for (int size = 1; size <= 100; size++) {
            cluster.putHost(HostSpec.of("h" + size, List.of(), accelerators(size)));
        }
        for (int round = 0; round < 2; round++) {
            for (int size = 1; size <= 100; size++) {
                GangShape shape = shape(size, 1, Optional.empty(), 1, 1);
                assertThat(cluster.counts(shape, CapacityView.NOW).hosts(cluster.root()))
                        .isEqualTo(101 - size);
            }
            cluster.exclude("h100", Optional.empty());
        }
    }

    @Test
    void noAcceleratorIsGivenTwice() {
        ClusterSnapshot cluster = new ClusterSnapshot(List.of());
        cluster.putHost(HostSpec.of("a", List.of(), accelerators(4)));
        cluster.allocate("a", accelerators(3));
        assertThatIllegalStateException().isThrownBy(() -> cluster.allocate("a", accelerators(2)));
        assertThatIllegalStateException().isThrownBy(() -> cluster.release("a", accelerators(4)));
        assertThatIllegalStateException().isThrownBy(() -> cluster.removeHost("a"));
        assertThatIllegalArgumentException().isThrownBy(() -> cluster.allocate("b", accelerators(1)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> cluster.putHost(HostSpec.of("b", List.of("r1"), accelerators(1))))
                .withMessageContaining("give one name for each of the levels");
        cluster.release("a", accelerators(3));
        cluster.removeHost("a");
        assertThat(cluster.hosts()).isEmpty();
    }

    @Test
    void aHostThatShrankKeepsWhatRunsAndTakesNothingNew() {
        ClusterSnapshot cluster = new ClusterSnapshot(List.of("rack"));
        cluster.putHost(HostSpec.of("a", List.of("r1"), accelerators(8)));
        cluster.allocate("a", accelerators(8));
        cluster.putHost(HostSpec.of("a", List.of("r2"), accelerators(4)));
        GangShape shape = shape(1, 1, Optional.empty(), 1, 1, 1);
        RoomCounts now = cluster.counts(shape, CapacityView.NOW);
        assertThat(now.hosts(cluster.root())).isZero();
        assertThat(cluster.root().children()).extracting(ClusterDomain::path).containsExactly("r2");
        cluster.release("a", accelerators(8));
        assertThat(now.hosts(cluster.root())).isEqualTo(1);
    }
}
