package dev.muster.scheduler.cycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.scheduler.cluster.CapacityView;
import dev.muster.scheduler.cluster.ClusterSnapshot;
import dev.muster.scheduler.cluster.Exclusion;
import dev.muster.scheduler.cluster.GangShape;
import dev.muster.scheduler.cluster.HostSpec;
import dev.muster.scheduler.cluster.QueueSpec;
import dev.muster.scheduler.explain.Explanation;
import dev.muster.scheduler.explain.ReasonCode;
import dev.muster.scheduler.explain.Rejection;
import dev.muster.scheduler.job.GangSpec;
import dev.muster.scheduler.job.JobKey;
import dev.muster.scheduler.job.JobSpec;
import dev.muster.scheduler.job.ProcessLayout;
import dev.muster.scheduler.job.ResourceVector;
import dev.muster.scheduler.job.RestartSpec;
import dev.muster.scheduler.job.Spread;
import dev.muster.scheduler.job.TemplateSpec;
import dev.muster.scheduler.job.TopologySpec;
import dev.muster.scheduler.placement.GangPlacer;
import dev.muster.scheduler.placement.GangRequest;
import dev.muster.scheduler.placement.PlacementResult;
import dev.muster.scheduler.placement.TreeGangPlacer;
import dev.muster.scheduler.queue.QueueTree;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

class SchedulingCycleTest {

    private static final Instant NOW = Instant.parse("2026-11-01T00:00:00Z");
    private static final ResourceVector POD = ResourceVector.of(8, 0, 0);

    private final SchedulingCycle cycle = new SchedulingCycle(new TreeGangPlacer());
    private final QueueTree queues = new QueueTree(List.of());

    private static ClusterSnapshot racks(int racks, int hostsPerRack) {
        ClusterSnapshot cluster = new ClusterSnapshot(List.of("rack"));
        for (int rack = 1; rack <= racks; rack++) {
            for (int host = 1; host <= hostsPerRack; host++) {
                cluster.putHost(HostSpec.of("h" + rack + "-" + host, List.of("r" + rack), POD));
            }
        }
        return cluster;
    }

    /** A job that is put together step by step. */
    private record Wish(
            String name, int hosts, int minHosts, int spares, int priority, String queue, TopologySpec topology) {

        static Wish of(String name, int hosts) {
            return new Wish(name, hosts, hosts, 0, 0, "default", TopologySpec.ANYWHERE);
        }

        Wish priority(int value) {
            return new Wish(name, hosts, minHosts, spares, value, queue, topology);
        }

        Wish inQueue(String value) {
            return new Wish(name, hosts, minHosts, spares, priority, value, topology);
        }

        Wish spares(int value) {
            return new Wish(name, hosts, minHosts, value, priority, queue, topology);
        }

        Wish atLeast(int value) {
            return new Wish(name, hosts, value, spares, priority, queue, topology);
        }

        Wish inOneRack() {
            TopologySpec rack = new TopologySpec(Optional.of("rack"), Optional.empty(), List.of(), Spread.PACKED);
            return new Wish(name, hosts, minHosts, spares, priority, queue, rack);
        }

        WaitingJob job() {
            JobSpec spec = new JobSpec(
                    new JobKey("default", name),
                    queue,
                    priority,
                    new GangSpec(hosts, minHosts, spares, POD, Optional.empty(), ProcessLayout.PER_HOST),
                    topology,
                    Optional.empty(),
                    true,
                    Duration.ZERO,
                    Optional.empty(),
                    RestartSpec.DEFAULT,
                    TemplateSpec.ofCommand(List.of("true"), Map.of()));
            return WaitingJob.of(spec, NOW);
        }
    }

    private static Rejection reason(CycleResult result, String name) {
        return Optional.ofNullable(result.waiting().get(new JobKey("default", name)))
                .orElseThrow();
    }

    private static List<String> started(CycleResult result) {
        return result.starts().stream().map(start -> start.key().name()).toList();
    }

    private static QueueSpec limited(String name, long accelerators) {
        return new QueueSpec(
                name,
                QueueSpec.ROOT,
                ResourceVector.ZERO,
                new TreeMap<>(Map.of(ResourceVector.ACCELERATORS, accelerators)),
                1,
                true);
    }

    @Test
    void aJobThatDoesNotFitNeverStopsOneBehindIt() {
        ClusterSnapshot cluster = racks(2, 4);
        CycleResult result = cycle.decide(
                cluster,
                queues,
                List.of(
                        Wish.of("small", 2).job(),
                        Wish.of("large", 6).inOneRack().priority(9).job(),
                        Wish.of("first", 4).priority(5).inOneRack().job()),
                NOW);
        assertThat(started(result)).containsExactly("first", "small");
        assertThat(reason(result, "large").code()).isEqualTo(ReasonCode.IMPOSSIBLE);
        assertThat(cluster.root().usedHosts()).isEqualTo(6);
    }

    @Test
    void aClusterThatNobodyKnowsYetIsNoReasonToDespair() {
        CycleResult result = cycle.decide(
                new ClusterSnapshot(List.of("rack")),
                queues,
                List.of(Wish.of("early", 3).job()),
                NOW);
        assertThat(reason(result, "early").code()).isEqualTo(ReasonCode.CAPACITY);
        assertThat(reason(result, "early").text()).contains("needs 3 hosts").contains("no host has registered yet");
    }

    @Test
    void reasonsHaveTheNumbersThatAreLeftAfterAllStarts() {
        CycleResult result = cycle.decide(
                racks(1, 8),
                queues,
                List.of(
                        Wish.of("a-first", 5).priority(3).job(),
                        Wish.of("large", 7).priority(2).job(),
                        Wish.of("small", 2).priority(1).job()),
                NOW);
        assertThat(started(result)).containsExactly("a-first", "small");
        assertThat(reason(result, "large").available()).isEqualTo(1);
        assertThat(reason(result, "large").text())
                .isEqualTo("needs 7 hosts; 1 is free in the cluster, 6 short; it starts when enough of them are free");
    }

    @Test
    void aQueueNeverUsesMoreThanItsMaximum() {
        QueueTree limited = new QueueTree(List.of(limited("a", 24), limited("b", 80)));
        CycleResult result = cycle.decide(
                racks(1, 10),
                limited,
                List.of(
                        Wish.of("one", 2).inQueue("a").job(),
                        Wish.of("two", 2).inQueue("a").job(),
                        Wish.of("never", 4).inQueue("a").job(),
                        Wish.of("lost", 1).inQueue("aa").job(),
                        Wish.of("elastic", 3)
                                .atLeast(1)
                                .priority(-1)
                                .inQueue("a")
                                .job()),
                NOW);
        assertThat(started(result)).containsExactly("one", "elastic");
        assertThat(result.starts().get(1).placement().hosts()).hasSize(1);
        assertThat(reason(result, "two").code()).isEqualTo(ReasonCode.QUOTA);
        assertThat(reason(result, "two").text())
                .isEqualTo("needs 16 accelerators; queue a uses 24 of at most 24, 16 short;"
                        + " it starts when jobs of that queue end");
        assertThat(reason(result, "never").code()).isEqualTo(ReasonCode.IMPOSSIBLE);
        assertThat(reason(result, "lost").code()).isEqualTo(ReasonCode.INVALID);
        assertThat(limited.queue("a").orElseThrow().usage()).isEqualTo(ResourceVector.of(24, 0, 0));
    }

    @Test
    void aHeldJobStaysWhereItIs() {
        WaitingJob job = Wish.of("held", 1).job();
        WaitingJob held = new WaitingJob(job.spec(), NOW, true, false, Collections.emptySortedSet());
        CycleResult result = cycle.decide(racks(1, 1), queues, List.of(held), NOW);
        assertThat(reason(result, "held").code()).isEqualTo(ReasonCode.HELD);
        assertThat(reason(result, "held").text()).contains("muster release default/held");
    }

    @Test
    void aStartThatIsTakenBackLeavesNoTrace() {
        ClusterSnapshot cluster = racks(2, 4);
        CycleResult result =
                cycle.decide(cluster, queues, List.of(Wish.of("j", 3).spares(1).job()), NOW);
        Start start = result.starts().get(0);
        assertThat(start.charge()).isEqualTo(ResourceVector.of(32, 0, 0));
        assertThat(cluster.root().usedHosts()).isEqualTo(4);
        SchedulingCycle.undo(start, cluster, queues);
        assertThat(cluster.root().usedHosts()).isZero();
        assertThat(queues.queue("root").orElseThrow().usage().isZero()).isTrue();
    }

    @Test
    void aDryRunChangesNothing() {
        ClusterSnapshot cluster = racks(2, 4);
        DryRun wouldStart =
                cycle.dryRun(cluster, queues, Wish.of("j", 4).inOneRack().job(), NOW);
        assertThat(wouldStart.placement().orElseThrow().hosts()).hasSize(4);
        assertThat(wouldStart.explanation()).isEmpty();
        assertThat(cluster.root().usedHosts()).isZero();
        assertThat(queues.queue("default").orElseThrow().usage().isZero()).isTrue();
    }

    @Test
    void suggestionsAreChangesThatWouldReallyHelp() {
        ClusterSnapshot cluster = racks(2, 4);
        cluster.allocate("h1-1", POD);
        cluster.allocate("h2-1", POD);
        cluster.allocate("h2-2", POD);
        Explanation explanation = cycle.explain(
                        cluster, queues, Wish.of("j", 4).inOneRack().job(), NOW)
                .orElseThrow();
        assertThat(explanation.rejection().code()).isEqualTo(ReasonCode.TOPOLOGY);
        assertThat(explanation.suggestions())
                .containsExactly(
                        "would start now with gang.hosts: 3",
                        "would start now with topology.preferred instead of required: rack");
        assertThat(cycle.explain(
                                cluster,
                                queues,
                                Wish.of("k", 3).spares(1).inOneRack().job(),
                                NOW)
                        .orElseThrow()
                        .suggestions())
                .contains("would start now with gang.hosts: 2", "would start now with gang.spares: 0");
        QueueTree limited = new QueueTree(List.of(limited("a", 80), limited("b", 80)));
        limited.charge("a", ResourceVector.of(70, 0, 0));
        assertThat(cycle.explain(cluster, limited, Wish.of("j", 2).inQueue("a").job(), NOW)
                        .orElseThrow()
                        .suggestions())
                .containsExactly("would start now with gang.hosts: 1", "would start now in queue: b");
    }

    @Test
    void manyEqualJobsThatAreBlockedCostOneSearch() {
        int[] searches = {0};
        GangPlacer counting = new GangPlacer() {
            private final GangPlacer real = new TreeGangPlacer();

            @Override
            public PlacementResult place(GangRequest request, ClusterSnapshot cluster) {
                searches[0]++;
                return real.place(request, cluster);
            }

            @Override
            public Optional<Rejection> neverFits(GangRequest request, ClusterSnapshot cluster) {
                return real.neverFits(request, cluster);
            }

            @Override
            public PlacementResult repair(
                    GangRequest request, List<String> survivors, List<String> spares, ClusterSnapshot cluster) {
                return real.repair(request, survivors, spares, cluster);
            }
        };
        ClusterSnapshot cluster = racks(1, 4);
        cluster.allocate("h1-1", POD);
        List<WaitingJob> waiting = new ArrayList<>();
        for (int number = 0; number < 1_000; number++) {
            waiting.add(Wish.of("j" + number, 4).job());
        }
        CycleResult result = new SchedulingCycle(counting).decide(cluster, queues, waiting, NOW);
        assertThat(result.waiting()).hasSize(1_000);
        assertThat(searches[0]).isEqualTo(1);
    }

    /** A cluster, queues and jobs from a seed. */
    private static List<WaitingJob> randomJobs(RandomGenerator random) {
        List<WaitingJob> jobs = new ArrayList<>();
        for (int number = 0; number < 30; number++) {
            int hosts = random.nextInt(1, 7);
            Wish wish = Wish.of("j" + number, hosts)
                    .priority(random.nextInt(3))
                    .spares(random.nextInt(2))
                    .atLeast(random.nextInt(1, hosts + 1))
                    .inQueue(random.nextBoolean() ? "a" : "b");
            jobs.add((random.nextBoolean() ? wish.inOneRack() : wish).job());
        }
        return jobs;
    }

    private static ClusterSnapshot randomCluster(RandomGenerator random) {
        ClusterSnapshot cluster = racks(4, 6);
        for (int rack = 1; rack <= 4; rack++) {
            for (int host = 1; host <= 6; host++) {
                if (random.nextInt(8) == 0) {
                    cluster.exclude("h" + rack + "-" + host, Optional.of(Exclusion.CORDONED));
                }
            }
        }
        return cluster;
    }

    @Test
    void theSameInputHasTheSameOutcomeAndNoInvariantBreaks() {
        for (int seed = 0; seed < 300; seed++) {
            CycleResult first = decideRandom(seed, false);
            assertThat(decideRandom(seed, true)).isEqualTo(first);
        }
    }

    private CycleResult decideRandom(int seed, boolean shuffled) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        ClusterSnapshot cluster = randomCluster(random);
        List<WaitingJob> jobs = randomJobs(random);
        if (shuffled) {
            Collections.reverse(jobs);
        }
        QueueTree limited = new QueueTree(List.of(limited("a", 80), limited("b", 200)));
        CycleResult result = cycle.decide(cluster, limited, jobs, NOW);
        TreeSet<String> held = new TreeSet<>();
        for (Start start : result.starts()) {
            assertThat(held).doesNotContainAnyElementsOf(start.placement().held());
            held.addAll(start.placement().held());
        }
        assertThat(result.starts().size() + result.waiting().size()).isEqualTo(jobs.size());
        assertThat(limited.queue("a").orElseThrow().usage().amount(ResourceVector.ACCELERATORS))
                .isLessThanOrEqualTo(80);
        GangShape shape = new GangShape(POD, Optional.empty(), List.of(1, 1));
        assertThat(cluster.counts(shape, CapacityView.LIFTED).hosts(cluster.root()))
                .isEqualTo(24 - held.size());
        for (WaitingJob job : jobs) {
            Optional<Explanation> explanation = result.waiting().containsKey(job.key())
                    ? cycle.explain(cluster, limited, job, NOW)
                    : Optional.empty();
            explanation.ifPresent(found ->
                    assertThat(found.rejection()).isEqualTo(result.waiting().get(job.key())));
            assertThat(explanation.isPresent()).isEqualTo(result.waiting().containsKey(job.key()));
        }
        return result;
    }
}
