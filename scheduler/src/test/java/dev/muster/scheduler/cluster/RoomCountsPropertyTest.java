package dev.muster.scheduler.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.scheduler.cluster.PlainCluster.PlainHost;
import dev.muster.scheduler.job.ResourceVector;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** After any changes the counters are what counting all hosts anew gives. */
class RoomCountsPropertyTest {

    private static final int STORIES = 60;
    private static final int STEPS = 40;
    private static final int MOST_HOSTS = 8;
    private static final List<String> RESOURCES = List.of("gpu", "cpu", "nic");

    private final ClusterSnapshot snapshot;
    private final PlainCluster plain = new PlainCluster();
    private final int levels;
    private RandomGenerator random = generator(0);

    RoomCountsPropertyTest() {
        snapshot = new ClusterSnapshot(List.of("block", "rack"));
        levels = 2;
    }

    private static RandomGenerator generator(long seed) {
        return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }

    private ResourceVector amounts(int most) {
        TreeMap<String, Long> amounts = new TreeMap<>();
        for (String resource : RESOURCES) {
            // A resource that nobody has named yet comes up at any time.
            if (random.nextInt(3) > 0) {
                amounts.put(resource, (long) random.nextInt(0, most + 1));
            }
        }
        return new ResourceVector(amounts);
    }

    private <T> T any(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    private GangShape shape() {
        List<Integer> granules = new ArrayList<>();
        int granule = 1;
        for (int depth = levels + 1; depth >= 0; depth--) {
            granule *= random.nextInt(3) == 0 ? random.nextInt(1, 4) : 1;
            granules.add(0, granule);
        }
        return new GangShape(
                amounts(2),
                // Nobody asks for pods that take nothing and may crowd one host without end.
                random.nextInt(1, 7),
                random.nextInt(4) == 0 ? Optional.of("h100") : Optional.empty(),
                random.nextInt(4) == 0 ? new TreeMap<>(Map.of("pool", "new")) : new TreeMap<>(),
                granules);
    }

    private HostSpec host() {
        return new HostSpec(
                "h" + random.nextInt(MOST_HOSTS),
                List.of("b" + random.nextInt(2), "r" + random.nextInt(3)),
                amounts(7),
                random.nextBoolean() ? Optional.of("h100") : Optional.empty(),
                new TreeMap<>(Map.of("pool", random.nextBoolean() ? "new" : "old")));
    }

    private Optional<PlainHost> anyHost() {
        List<PlainHost> all = List.copyOf(plain.hosts.values());
        return all.isEmpty() ? Optional.empty() : Optional.of(all.get(random.nextInt(all.size())));
    }

    private void change() {
        switch (random.nextInt(8)) {
            case 0, 1 -> put(host());
            case 2 -> anyHost().filter(host -> host.held.isEmpty()).ifPresent(this::remove);
            case 3 -> anyHost().ifPresent(this::exclude);
            case 4 -> anyHost().filter(host -> !host.held.isEmpty()).ifPresent(this::release);
            default -> anyHost().ifPresent(this::use);
        }
    }

    private void put(HostSpec spec) {
        snapshot.putHost(spec);
        plain.hosts.computeIfAbsent(spec.name(), name -> new PlainHost(spec)).spec = spec;
    }

    private void remove(PlainHost host) {
        snapshot.removeHost(host.spec.name());
        plain.hosts.remove(host.spec.name());
    }

    private void exclude(PlainHost host) {
        host.exclusion = random.nextBoolean() ? Optional.empty() : Optional.of(any(List.of(Exclusion.values())));
        snapshot.exclude(host.spec.name(), host.exclusion);
    }

    private void release(PlainHost host) {
        ResourceVector piece = host.held.remove(random.nextInt(host.held.size()));
        snapshot.release(host.spec.name(), piece);
    }

    /** Mostly what fits; at times what is known to run there although the host has shrunk. */
    private void use(PlainHost host) {
        ResourceVector piece = amounts(3);
        boolean fits = RESOURCES.stream()
                .allMatch(resource -> piece.amount(resource) + host.used(resource)
                        <= host.spec.capacity().amount(resource));
        if (fits) {
            snapshot.allocate(host.spec.name(), piece);
        } else if (random.nextInt(6) == 0) {
            snapshot.restore(host.spec.name(), piece);
        } else {
            return;
        }
        host.held.add(piece);
    }

    private void assertCounted(String name, RoomCounts counts, PlainCluster truth, CapacityView view) {
        List<ClusterDomain> domains = new ArrayList<>();
        for (int depth = 0; depth <= levels; depth++) {
            snapshot.root().visit(depth, domains::add);
        }
        for (ClusterDomain domain : domains) {
            assertCounted(name + " in " + domain, domain, counts, truth, view);
        }
        for (ClusterHost host : snapshot.hosts()) {
            assertCounted(name + " on " + host, host, counts, truth, view);
        }
    }

    private void assertCounted(
            String name, ClusterDomain domain, RoomCounts counts, PlainCluster truth, CapacityView view) {
        List<String> path =
                domain.path().isEmpty() ? List.of() : List.of(domain.path().split("/"));
        GangShape shape = counts.shape();
        assertThat(counts.pods(domain)).as(name + " pods").isEqualTo(truth.pods(path, shape, view));
        assertThat(counts.hosts(domain)).as(name + " hosts").isEqualTo(truth.hosts(path, shape, view));
        assertThat(counts.room(domain)).as(name + " room").isEqualTo(truth.room(path, shape, view, Map.of()));
        assertThat(domain.hostCount()).as(name).isEqualTo(truth.under(path).size());
        for (PlainHost host : truth.under(path)) {
            int other = random.nextInt(5);
            ClusterHost known = snapshot.host(host.spec.name()).orElseThrow();
            assertThat(counts.roomIf(domain, known, other))
                    .as(name + " room if " + known + " had " + other)
                    .isEqualTo(truth.room(path, shape, view, Map.of(host.spec.name(), other)));
        }
    }

    private void assertCounted(
            String name, ClusterHost host, RoomCounts counts, PlainCluster truth, CapacityView view) {
        PlainHost plainHost = truth.host(host.name());
        GangShape shape = counts.shape();
        int pods = PlainCluster.pods(plainHost, shape, view, ResourceVector.ZERO);
        int granule = shape.granules().get(levels + 1);
        assertThat(counts.pods(host)).as(name + " pods").isEqualTo(pods);
        assertThat(counts.room(host)).as(name + " room").isEqualTo(pods / granule * granule);
        ResourceVector other = amounts(2);
        if (pods > 0) {
            assertThat(counts.podsBeside(host, other))
                    .as(name + " pods beside " + other)
                    .isEqualTo(PlainCluster.pods(plainHost, shape, view, other));
        }
        GangShape single = new GangShape(other, 1, shape.acceleratorType(), shape.labels(), shape.granules());
        assertThat(counts.hasRoomFor(host, other))
                .as(name + " room for " + other)
                .isEqualTo(PlainCluster.pods(plainHost, single, view, ResourceVector.ZERO) > 0);
    }

    private void story(long seed) {
        random = generator(seed);
        List<GangShape> shapes = new ArrayList<>();
        for (int step = 0; step < STEPS; step++) {
            change();
            if (shapes.size() < 5 && random.nextInt(3) == 0) {
                shapes.add(shape());
            }
            for (GangShape shape : shapes) {
                CapacityView view = any(List.of(CapacityView.values()));
                String name = "seed " + seed + " step " + step + " " + view + " " + shape;
                assertCounted(name, snapshot.counts(shape, view), plain, view);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void countersFollowEveryChangeOfTheCluster(long first) {
        for (int number = 0; number < STORIES; number++) {
            new RoomCountsPropertyTest().story(first * 1_000 + number);
        }
    }

    private void whatIf(long seed) {
        random = generator(seed);
        for (int step = 0; step < STEPS / 2; step++) {
            change();
        }
        CapacityView view = random.nextBoolean() ? CapacityView.NOW : CapacityView.LIFTED;
        GangShape shape = shape();
        RoomCounts counts = snapshot.counts(shape, view);
        RoomCounts fork = counts.fork();
        PlainCluster imagined = plain.copy();
        long version = snapshot.version();
        for (int step = 0; step < STEPS / 2; step++) {
            String name = "seed " + seed + " step " + step + " " + view + " " + shape;
            imagine(fork, imagined);
            assertCounted(name + " fork", fork, imagined, view);
            if (random.nextInt(10) == 0) {
                assertCounted(name + " fork of fork", fork.fork(), imagined, view);
            }
        }
        assertThat(snapshot.version()).isEqualTo(version);
        assertCounted("seed " + seed + " after the fork", counts, plain, view);
    }

    private void imagine(RoomCounts fork, PlainCluster imagined) {
        Optional<PlainHost> chosen = anyHost().map(host -> imagined.hosts.get(host.spec.name()));
        if (chosen.isEmpty()) {
            return;
        }
        PlainHost host = chosen.get();
        ClusterHost known = snapshot.host(host.spec.name()).orElseThrow();
        switch (random.nextInt(6)) {
            case 0 -> {
                host.closed = true;
                fork.close(known);
            }
            case 1 -> {
                host.closed = false;
                host.opened = true;
                fork.open(known);
            }
            case 2, 3 -> {
                if (!host.held.isEmpty()) {
                    fork.release(known, host.held.remove(random.nextInt(host.held.size())));
                }
            }
            default -> {
                ResourceVector piece = amounts(2);
                host.held.add(piece);
                fork.take(known, piece);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14})
    void aForkAnswersWhatWouldBeAndLeavesTheClusterAlone(long first) {
        for (int number = 0; number < STORIES; number++) {
            new RoomCountsPropertyTest().whatIf(first * 1_000 + number);
        }
    }

    @Test
    void aTrialThatIsTakenBackLeavesNoTrace() {
        for (long seed = 1; seed <= STORIES; seed++) {
            random = generator(seed);
            change();
            GangShape shape = shape();
            Trial trial = new Trial(snapshot);
            for (int step = 0; step < 5; step++) {
                anyHost().ifPresent(host -> {
                    trial.exclude(host.spec.name(), Optional.of(Exclusion.LOST));
                    ResourceVector none = new ResourceVector(new TreeMap<>());
                    trial.allocate(host.spec.name(), none);
                });
            }
            trial.undo();
            for (CapacityView view : CapacityView.values()) {
                assertCounted("seed " + seed, snapshot.counts(shape, view), plain, view);
            }
        }
    }

    @Test
    void countersThatGaveWayToOthersAreRightWhenTheyAreAskedForAgain() {
        random = generator(99);
        for (int step = 0; step < STEPS; step++) {
            change();
        }
        List<GangShape> shapes = new ArrayList<>();
        for (int number = 0; number < CapacityIndex.MOST_COUNTERS + 20; number++) {
            shapes.add(shape());
            snapshot.counts(shapes.get(number), CapacityView.NOW);
            change();
        }
        for (GangShape shape : shapes) {
            assertCounted("again " + shape, snapshot.counts(shape, CapacityView.NOW), plain, CapacityView.NOW);
        }
    }
}
