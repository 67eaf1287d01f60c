package dev.muster.scheduler.cycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.scheduler.cluster.ClusterDomain;
import dev.muster.scheduler.cluster.ClusterSnapshot;
import dev.muster.scheduler.cluster.HostSpec;
import dev.muster.scheduler.cluster.QueueSpec;
import dev.muster.scheduler.cluster.RoomCounts;
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
import dev.muster.scheduler.placement.Placement;
import dev.muster.scheduler.placement.PlacementResult;
import dev.muster.scheduler.placement.Repair;
import dev.muster.scheduler.placement.TreeGangPlacer;
import dev.muster.scheduler.queue.QueueTree;
import dev.muster.scheduler.workload.WaitingJob;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SchedulingCycleTest {

    private static final Instant NOW = Instant.parse("2026-11-01T00:00:00Z");
    private static final ResourceVector POD = ResourceVector.of(8, 0, 0);

    private final SchedulingCycle cycle = new SchedulingCycle(new TreeGangPlacer(), CyclePolicy.DEFAULT);
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

    private static SchedulingState state(ClusterSnapshot cluster, QueueTree queues, Collection<WaitingJob> waiting) {
        SchedulingState state = SchedulingState.of(cluster, queues, List.of());
        waiting.forEach(state.workload()::submit);
        return state;
    }

    private Rejection reason(SchedulingState state, String name) {
        WaitingJob job = state.workload().waiting(new JobKey("default", name)).orElseThrow();
        return cycle.explain(state, job, NOW).rejection();
    }

    private static List<String> started(CycleResult result) {
        return result.starts().stream().map(start -> start.job().key().name()).toList();
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
        SchedulingState state = state(
                cluster,
                queues,
                List.of(
                        Wish.of("small", 2).job(),
                        Wish.of("large", 6).inOneRack().priority(9).job(),
                        Wish.of("first", 4).priority(5).inOneRack().job()));
        assertThat(started(cycle.decide(state, NOW))).containsExactly("first", "small");
        assertThat(reason(state, "large").code()).isEqualTo(ReasonCode.IMPOSSIBLE);
        assertThat(cluster.root().usedHosts()).isEqualTo(6);
    }

    @Test
    void aCycleThatEndsEarlyGoesOnInTheNextAsAWholeOneWouldHave() {
        List<WaitingJob> jobs = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            jobs.add(Wish.of("job" + i, 1 + i % 3).priority(i % 4).job());
        }
        List<String> whole = started(cycle.decide(state(racks(2, 8), new QueueTree(List.of()), jobs), NOW));

        SchedulingState state = state(racks(2, 8), new QueueTree(List.of()), jobs);
        List<String> inParts = new ArrayList<>();
        CycleResult part = cycle.decide(state, NOW, 2);
        while (!part.isQuiet()) {
            assertThat(part.starts()).hasSizeLessThanOrEqualTo(2);
            inParts.addAll(started(part));
            part = cycle.decide(state, NOW, 2);
        }
        assertThat(inParts).isEqualTo(whole).hasSizeGreaterThan(4);
    }

    @Test
    void aClusterThatNobodyKnowsYetIsNoReasonToDespair() {
        SchedulingState state = state(
                new ClusterSnapshot(List.of("rack")),
                queues,
                List.of(Wish.of("early", 3).job()));
        cycle.decide(state, NOW);
        assertThat(reason(state, "early").code()).isEqualTo(ReasonCode.CAPACITY);
        assertThat(reason(state, "early").text()).contains("needs 3 hosts").contains("no host has registered yet");
    }

    @Test
    void reasonsHaveTheNumbersThatAreLeftAfterAllStarts() {
        SchedulingState state = state(
                racks(1, 8),
                queues,
                List.of(
                        Wish.of("a-first", 5).priority(3).job(),
                        Wish.of("large", 7).priority(2).job(),
                        Wish.of("small", 2).priority(1).job()));
        assertThat(started(cycle.decide(state, NOW))).containsExactly("a-first", "small");
        assertThat(reason(state, "large").available()).isEqualTo(1);
        assertThat(reason(state, "large").text())
                .isEqualTo("needs 7 hosts; 1 is free in the cluster, 6 short; it starts when enough of them are free");
    }

    @Test
    void aQueueNeverUsesMoreThanItsMaximum() {
        QueueTree limited = new QueueTree(List.of(limited("a", 24), limited("b", 80)));
        SchedulingState state = state(
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
                                .job()));
        CycleResult result = cycle.decide(state, NOW);
        assertThat(started(result)).containsExactly("one", "elastic");
        assertThat(result.starts().get(1).placement().hosts()).hasSize(1);
        assertThat(reason(state, "two").code()).isEqualTo(ReasonCode.QUOTA);
        assertThat(reason(state, "two").text())
                .isEqualTo("needs 16 accelerators; queue a uses 24 of at most 24, 16 short;"
                        + " it starts when jobs of that queue end");
        assertThat(reason(state, "never").code()).isEqualTo(ReasonCode.IMPOSSIBLE);
        assertThat(reason(state, "lost").code()).isEqualTo(ReasonCode.INVALID);
        assertThat(limited.queue("a").orElseThrow().usage()).isEqualTo(ResourceVector.of(24, 0, 0));
        assertThat(result.waiting())
                .containsOnly(
                        Map.entry(ReasonCode.QUOTA, 1),
                        Map.entry(ReasonCode.IMPOSSIBLE, 1),
                        Map.entry(ReasonCode.INVALID, 1));
    }

    @Test
    void aHeldJobStaysWhereItIs() {
        WaitingJob job = Wish.of("held", 1).job();
        WaitingJob held = new WaitingJob(
                job.key(),
                job.queue(),
                0,
                NOW,
                job.request(),
                Optional.empty(),
                true,
                Duration.ZERO,
                false,
                false,
                true);
        SchedulingState state = state(racks(1, 1), queues, List.of(held));
        assertThat(cycle.decide(state, NOW).isQuiet()).isTrue();
        assertThat(reason(state, "held").code()).isEqualTo(ReasonCode.HELD);
        assertThat(reason(state, "held").text()).contains("muster release default/held");
    }

    @Test
    void aStartThatIsTakenBackLeavesNoTrace() {
        ClusterSnapshot cluster = racks(2, 4);
        WaitingJob job = Wish.of("j", 3).spares(1).job();
        SchedulingState state = state(cluster, queues, List.of(job));
        Start start = cycle.decide(state, NOW).starts().get(0);
        assertThat(start.run().total()).isEqualTo(ResourceVector.of(32, 0, 0));
        assertThat(cluster.root().usedHosts()).isEqualTo(4);
        SchedulingCycle.undo(start, state);
        assertThat(cluster.root().usedHosts()).isZero();
        assertThat(queues.queue("root").orElseThrow().usage().isZero()).isTrue();
        assertThat(state.workload().waiting()).containsExactly(job);
    }

    @Test
    void aDryRunChangesNothing() {
        ClusterSnapshot cluster = racks(2, 4);
        SchedulingState state = state(cluster, queues, List.of());
        DryRun wouldStart = cycle.dryRun(state, Wish.of("j", 4).inOneRack().job(), NOW);
        assertThat(wouldStart.start().orElseThrow().placement().hosts()).hasSize(4);
        assertThat(wouldStart.explanation()).isEmpty();
        assertThat(cluster.root().usedHosts()).isZero();
        assertThat(queues.queue("default").orElseThrow().usage().isZero()).isTrue();
        assertThat(state.workload().waiting()).isEmpty();
    }

    @Test
    void aDryRunNamesThoseWhoWouldGiveWayAndLeavesThemAlone() {
        SchedulingState state =
                state(racks(1, 2), queues, List.of(Wish.of("low", 2).job()));
        cycle.decide(state, NOW);
        DryRun dryRun = cycle.dryRun(state, Wish.of("high", 1).priority(5).job(), NOW);
        assertThat(dryRun.start().orElseThrow().preemptions())
                .extracting(preemption -> preemption.victim().key().name())
                .containsExactly("low");
        assertThat(state.workload().running()).hasSize(1);
        assertThat(state.workload().waiting()).isEmpty();
        assertThat(queues.queue("default").orElseThrow().usage()).isEqualTo(ResourceVector.of(16, 0, 0));
    }

    @Test
    void suggestionsAreChangesThatWouldReallyHelp() {
        ClusterSnapshot cluster = racks(2, 4);
        cluster.allocate("h1-1", POD);
        cluster.allocate("h2-1", POD);
        cluster.allocate("h2-2", POD);
        SchedulingState state = state(cluster, queues, List.of());
        Explanation explanation =
                cycle.explain(state, Wish.of("j", 4).inOneRack().job(), NOW);
        assertThat(explanation.rejection().code()).isEqualTo(ReasonCode.TOPOLOGY);
        assertThat(explanation.suggestions())
                .containsExactly(
                        "would start now with gang.hosts: 3",
                        "would start now with topology.preferred instead of required: rack");
        assertThat(cycle.explain(state, Wish.of("k", 3).spares(1).inOneRack().job(), NOW)
                        .suggestions())
                .contains("would start now with gang.hosts: 2", "would start now with gang.spares: 0");
        QueueTree limited = new QueueTree(List.of(limited("a", 80), limited("b", 80)));
        limited.charge("a", ResourceVector.of(70, 0, 0));
        assertThat(cycle.explain(
                                state(cluster, limited, List.of()),
                                Wish.of("j", 2).inQueue("a").job(),
                                NOW)
                        .suggestions())
                .containsExactly("would start now with gang.hosts: 1", "would start now in queue: b");
    }

    @Test
    void aMillionEqualJobsThatAreBlockedCostOneSearch() {
        CountingPlacer placer = new CountingPlacer();
        ClusterSnapshot cluster = racks(1, 4);
        cluster.allocate("h1-1", POD);
        List<WaitingJob> waiting = new ArrayList<>();
        for (int number = 0; number < 10_000; number++) {
            waiting.add(Wish.of("j" + number, 4).job());
        }
        CycleResult result =
                new SchedulingCycle(placer, CyclePolicy.DEFAULT).decide(state(cluster, queues, waiting), NOW);
        assertThat(result.waiting()).containsOnly(Map.entry(ReasonCode.CAPACITY, 10_000));
        // Once for the cohort, once for its planned start.
        assertThat(placer.searches).isLessThanOrEqualTo(2);
    }

    /** Counts what it is asked. */
    private static final class CountingPlacer implements GangPlacer {
        private final GangPlacer real = new TreeGangPlacer();
        private int searches;

        @Override
        public PlacementResult place(GangRequest request, ClusterSnapshot cluster) {
            searches++;
            return real.place(request, cluster);
        }

        @Override
        public Optional<Rejection> neverFits(GangRequest request, ClusterSnapshot cluster) {
            return real.neverFits(request, cluster);
        }

        @Override
        public RoomCounts counts(GangRequest request, ClusterSnapshot cluster) {
            return real.counts(request, cluster);
        }

        @Override
        public boolean fits(GangRequest request, ClusterSnapshot cluster, RoomCounts counts) {
            return real.fits(request, cluster, counts);
        }

        @Override
        public int podsIn(GangRequest request, ClusterSnapshot cluster, ClusterDomain domain, RoomCounts counts) {
            return real.podsIn(request, cluster, domain, counts);
        }

        @Override
        public Optional<Placement> placeIn(GangRequest request, ClusterSnapshot cluster, RoomCounts counts) {
            searches++;
            return real.placeIn(request, cluster, counts);
        }

        @Override
        public PlacementResult repair(Repair repair, ClusterSnapshot cluster) {
            return real.repair(repair, cluster);
        }
    }
}
