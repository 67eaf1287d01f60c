package dev.muster.scheduler.cycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.scheduler.cluster.ClusterHost;
import dev.muster.scheduler.cluster.ClusterSnapshot;
import dev.muster.scheduler.cluster.Exclusion;
import dev.muster.scheduler.cluster.HostSpec;
import dev.muster.scheduler.cluster.QueueSpec;
import dev.muster.scheduler.explain.Explanation;
import dev.muster.scheduler.explain.ReasonCode;
import dev.muster.scheduler.explain.Rejection;
import dev.muster.scheduler.explain.Remedy;
import dev.muster.scheduler.job.ResourceVector;
import dev.muster.scheduler.job.TopologySpec;
import dev.muster.scheduler.placement.GangRequest;
import dev.muster.scheduler.placement.TreeGangPlacer;
import dev.muster.scheduler.queue.QueueTree;
import dev.muster.scheduler.workload.PlacedPod;
import dev.muster.scheduler.workload.RunningJob;
import dev.muster.scheduler.workload.WaitingJob;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a waiting job is told is true. The reason is found anew by changing the cluster: everything ended, hosts let on again, maxima
 * lifted; what is suggested is done.
 */
class ExplanationPropertyTest {

    private static final int CASES = 3_000;
    private static final Instant NOW = Instant.parse("2026-11-01T00:00:00Z");
    private static final CyclePolicy POLICY = peaceful();

    private final TreeGangPlacer placer = new TreeGangPlacer();
    private final SchedulingCycle cycle = new SchedulingCycle(placer, POLICY);

    private static CyclePolicy peaceful() {
        CyclePolicy usual = CyclePolicy.DEFAULT;
        return new CyclePolicy(
                usual.order(), false, false, false, false, usual.restartCost(), false, usual.plansPerQueue(), 8);
    }

    /** A cluster in which some jobs run, some hosts are excluded, and one job waits. */
    private record Case(List<HostSpec> hosts, Map<String, Exclusion> excluded, List<QueueSpec> queues, WaitingJob job) {

        SchedulingState state(List<RunningJob> running, boolean excludes, List<QueueSpec> limits) {
            ClusterSnapshot cluster = new ClusterSnapshot(RandomJobs.LEVELS);
            hosts.forEach(cluster::putHost);
            if (excludes) {
                excluded.forEach((host, cause) -> cluster.exclude(host, Optional.of(cause)));
            }
            SchedulingState state = SchedulingState.of(cluster, new QueueTree(limits), List.of());
            state.queues().advance(NOW);
            state.queues().capacity(cluster.capacity());
            running.forEach(state::begin);
            return state;
        }
    }

    private static Case draw(RandomGenerator random) {
        RandomJobs jobs = new RandomJobs(random);
        List<HostSpec> hosts =
                jobs.cluster().hosts().stream().map(ClusterHost::spec).toList();
        Map<String, Exclusion> excluded = new TreeMap<>();
        for (HostSpec host : hosts) {
            if (random.nextInt(4) == 0) {
                excluded.put(host.name(), random.nextBoolean() ? Exclusion.CORDONED : Exclusion.LOST);
            }
        }
        List<QueueSpec> queues = new ArrayList<>(jobs.queues());
        queues.removeIf(queue -> queue.name().startsWith("dept"));
        return new Case(hosts, excluded, queues, jobs.job("waits", "q1", 0, NOW, false));
    }

    /** Single pods here and there, of both queues. */
    private static List<RunningJob> running(Case drawn, RandomGenerator random) {
        List<RunningJob> running = new ArrayList<>();
        for (HostSpec host : drawn.hosts()) {
            ResourceVector pod = RandomJobs.amounts(random.nextInt(0, 4), random.nextInt(0, 4));
            if (random.nextBoolean() && pod.fitsIn(host.capacity())) {
                RandomJobs jobs = new RandomJobs(random);
                WaitingJob job = jobs.job("on-" + host.name(), random.nextBoolean() ? "q1" : "q2", 0, NOW, false)
                        .with(GangRequest.of(1, pod));
                running.add(new RunningJob(
                        job,
                        List.of(new PlacedPod(0, host.name(), pod)),
                        List.of(),
                        NOW.minusSeconds(60),
                        Optional.of(NOW.plusSeconds(600)),
                        Optional.empty()));
            }
        }
        return running;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void aReasonIsTrueAndASuggestionWorks(long seed) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        Map<ReasonCode, Integer> seen = new TreeMap<>();
        int suggestions = 0;
        for (int round = 0; round < CASES; round++) {
            Case drawn = draw(random);
            List<RunningJob> running = running(drawn, random);
            SchedulingState state = drawn.state(running, true, drawn.queues());
            DryRun dryRun = cycle.dryRun(state, drawn.job(), NOW);
            Optional<Explanation> told = dryRun.explanation();
            if (told.isEmpty() || told.get().rejection().code() == ReasonCode.INVALID) {
                // It starts, or contradicts itself: several hosts for each pod within one host.
                continue;
            }
            Explanation explanation = told.get();
            String name =
                    "seed " + seed + " round " + round + " " + explanation + " for " + drawn + " beside " + running;
            assertCode(name, drawn, running, explanation.rejection());
            assertNumbers(name, state, drawn.job().request(), explanation.rejection());
            for (String suggestion : explanation.suggestions()) {
                suggestions++;
                WaitingJob changed = follow(suggestion, drawn.job());
                assertThat(cycle.dryRun(state, changed, NOW).start())
                        .as(suggestion + ": " + name)
                        .isPresent();
            }
            seen.merge(explanation.rejection().code(), 1, Integer::sum);
        }
        assertThat(seen)
                .as("reasons that were put to the test")
                .containsKeys(
                        ReasonCode.IMPOSSIBLE,
                        ReasonCode.QUOTA,
                        ReasonCode.EXCLUDED,
                        ReasonCode.TOPOLOGY,
                        ReasonCode.CAPACITY);
        assertThat(suggestions).isGreaterThan(CASES / 20);
    }

    private boolean starts(Case drawn, List<RunningJob> running, boolean excludes, boolean limited) {
        List<QueueSpec> unlimited = drawn.queues().stream()
                .map(queue -> QueueSpec.unlimited(queue.name()))
                .toList();
        SchedulingState state = drawn.state(running, excludes, limited ? drawn.queues() : unlimited);
        return cycle.dryRun(state, drawn.job(), NOW).start().isPresent();
    }

    /** The codes in their order, each by what would be if something were otherwise. */
    private void assertCode(String name, Case drawn, List<RunningJob> running, Rejection rejection) {
        ReasonCode code = rejection.code();
        boolean everFits = starts(drawn, List.of(), false, true);
        assertThat(code == ReasonCode.IMPOSSIBLE).as(name).isEqualTo(!everFits);
        if (everFits) {
            GangRequest least = drawn.job().request();
            boolean overMaximum = drawn.state(running, true, drawn.queues())
                    .queues()
                    .excess(drawn.job().queue(), least.leastTotal())
                    .isPresent();
            assertThat(code == ReasonCode.QUOTA).as(name).isEqualTo(overMaximum);
            if (!overMaximum) {
                assertThat(code == ReasonCode.EXCLUDED).as(name).isEqualTo(starts(drawn, running, false, true));
                boolean waitingHelps = starts(drawn, List.of(), true, true);
                assertThat(rejection.helps()).as(name).isEqualTo(waitingHelps ? Remedy.WAIT : Remedy.NOTHING);
            }
        } else {
            assertThat(rejection.helps()).as(name).isEqualTo(Remedy.NOTHING);
        }
    }

    /** For gangs without leader and slices: the numbers are those of the best domain, and no other has more. */
    private static void assertNumbers(String name, SchedulingState state, GangRequest request, Rejection rejection) {
        ReasonCode code = rejection.code();
        boolean counted = code == ReasonCode.TOPOLOGY || code == ReasonCode.CAPACITY || code == ReasonCode.EXCLUDED;
        assertThat(rejection.shortfall()).as(name).isEqualTo(rejection.required() - rejection.available());
        assertThat(rejection.text()).as(name).isNotBlank().doesNotContain("\n");
        if (!counted
                || request.leader().isPresent()
                || !request.topology().slices().isEmpty()) {
            return;
        }
        assertThat(rejection.required()).as(name).isEqualTo(request.minPods());
        assertThat(rejection.available()).as(name).isLessThan(rejection.required());
        Optional<String> level = code == ReasonCode.CAPACITY
                ? Optional.empty()
                : request.topology().required();
        Map<String, Integer> rooms = new TreeMap<>();
        Map<String, Map<String, Integer>> causes = new TreeMap<>();
        for (ClusterHost host : state.cluster().hosts()) {
            String domain = domain(host, level);
            int pods = pods(host, request);
            rooms.merge(domain, host.exclusion().isPresent() ? 0 : pods, Integer::sum);
            Map<String, Integer> ofDomain = causes.computeIfAbsent(domain, path -> new TreeMap<>());
            host.exclusion()
                    .filter(cause -> pods > 0)
                    .ifPresent(cause -> ofDomain.merge(cause.name(), 1, Integer::sum));
        }
        assertThat(rejection.available()).as(name).isEqualTo((long) rooms.getOrDefault(rejection.domain(), -1));
        assertThat(rejection.excluded()).as(name).isEqualTo(causes.get(rejection.domain()));
        if (code != ReasonCode.EXCLUDED) {
            rooms.values().forEach(room -> assertThat((long) room).as(name).isLessThanOrEqualTo(rejection.available()));
        }
    }

    private static String domain(ClusterHost host, Optional<String> level) {
        String block = host.spec().path().get(0);
        String rack = block + "/" + host.spec().path().get(1);
        return switch (level.orElse("")) {
            case "block" -> block;
            case "rack" -> rack;
            case "host" -> rack + "/" + host.name();
            default -> "";
        };
    }

    private static int pods(ClusterHost host, GangRequest request) {
        int pods = 0;
        ResourceVector free = host.free(request.perPod());
        while (pods < request.podsPerHost() && request.perPod().times(pods + 1L).fitsIn(free)) {
            pods++;
        }
        return pods;
    }

    private static WaitingJob follow(String suggestion, WaitingJob job) {
        String value = suggestion.substring(suggestion.lastIndexOf(' ') + 1);
        GangRequest request = job.request();
        if (suggestion.startsWith("would start now with pods: ")
                || suggestion.startsWith("would start now with gang.hosts: ")) {
            int pods = Integer.parseInt(value);
            assertThat(pods).as(suggestion).isLessThan(request.minPods());
            return job.with(request.withPods(pods, pods));
        }
        if (suggestion.startsWith("would start now in queue: ")) {
            return job.inQueue(value);
        }
        assertThat(suggestion).startsWith("would start now with topology.preferred instead of required: ");
        TopologySpec topology = request.topology();
        return job.with(request.withTopology(new TopologySpec(
                Optional.empty(), topology.preferred().or(topology::required), topology.slices(), topology.spread())));
    }
}
