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
            new GangShape(accelerators(1), Optional.empty(), List.of(1, 1, 1)),
            new GangShape(accelerators(4), Optional.empty(), List.of(1, 1, 1)),
            new GangShape(accelerators(2), Optional.of("x"), List.of(4, 4, 2)),
            new GangShape(accelerators(1), Optional.empty(), List.of(6, 3, 1)));

    private static ResourceVector accelerators(int count) {
        return ResourceVector.of(count, 0, 0);
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
        int hosts = 0;
        int inner = 0;
        int inUse = 0;
        int excluded = 0;
        for (ClusterDomain child : domain.children()) {
            inner += assertRight(child, counts, shape, view);
            hosts += counts.hosts(child);
            inUse += child.usedHosts();
            excluded += child.excludedHosts();
            assertThat(child.hostCount()).isPositive();
        }
        for (ClusterHost host : domain.hosts()) {
            boolean free = hasRoom(host, shape, view);
            assertThat(counts.fits(host)).isEqualTo(free);
            hosts += free ? 1 : 0;
            inner += free ? 1 : 0;
            inUse += host.isInUse() ? 1 : 0;
            excluded += host.exclusion().isPresent() ? 1 : 0;
        }
        int granule = shape.granules().get(domain.depth());
        assertThat(counts.hosts(domain)).isEqualTo(hosts);
        assertThat(counts.room(domain)).isEqualTo(inner / granule * granule);
        assertThat(domain.usedHosts()).isEqualTo(inUse);
        assertThat(domain.excludedHosts()).isEqualTo(excluded);
        return inner / granule * granule;
    }

    private final SortedMap<String, Long> used = new TreeMap<>();

    private boolean hasRoom(ClusterHost host, GangShape shape, CapacityView view) {
        boolean barred = host.exclusion().isPresent() && (view == CapacityView.NOW || view == CapacityView.IDLE);
        boolean idle = view == CapacityView.IDLE || view == CapacityView.EMPTY;
        long free = host.spec().capacity().amount(ResourceVector.ACCELERATORS)
                - (idle ? 0 : used.getOrDefault(host.name(), 0L));
        boolean rightType = shape.acceleratorType().isEmpty()
                || shape.acceleratorType().equals(host.spec().acceleratorType());
        return !barred && rightType && shape.perHost().amount(ResourceVector.ACCELERATORS) <= free;
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
                GangShape shape = new GangShape(accelerators(size), Optional.empty(), List.of(1));
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
        GangShape shape = new GangShape(accelerators(1), Optional.empty(), List.of(1, 1));
        RoomCounts now = cluster.counts(shape, CapacityView.NOW);
        assertThat(now.hosts(cluster.root())).isZero();
        assertThat(cluster.root().children()).extracting(ClusterDomain::path).containsExactly("r2");
        cluster.release("a", accelerators(8));
        assertThat(now.hosts(cluster.root())).isEqualTo(1);
    }
}
