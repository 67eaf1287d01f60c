package dev.muster.scheduler.preemption;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.scheduler.cluster.ClusterSnapshot;
import dev.muster.scheduler.cluster.HostSpec;
import dev.muster.scheduler.cluster.QueueSpec;
import dev.muster.scheduler.cycle.CyclePolicy;
import dev.muster.scheduler.job.JobKey;
import dev.muster.scheduler.job.ResourceVector;
import dev.muster.scheduler.job.Spread;
import dev.muster.scheduler.job.TopologySpec;
import dev.muster.scheduler.placement.GangRequest;
import dev.muster.scheduler.placement.TreeGangPlacer;
import dev.muster.scheduler.queue.QueueTree;
import dev.muster.scheduler.workload.PlacedPod;
import dev.muster.scheduler.workload.RunningJob;
import dev.muster.scheduler.workload.WaitingJob;
import dev.muster.scheduler.workload.Workload;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** A cluster with gangs that run, for stories about who gives way. */
final class BusyCluster {

    static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
    static final PreemptionPolicy USUAL = new PreemptionPolicy(true, false, false, true, Duration.ofMinutes(5));

    final ClusterSnapshot snapshot;
    final QueueTree queues;
    final Workload workload = new Workload(CyclePolicy.Order.MUSTER.comparator());

    BusyCluster(List<String> levels, QueueSpec... queues) {
        this.snapshot = new ClusterSnapshot(levels);
        this.queues = new QueueTree(List.of(queues));
    }

    static QueueSpec queue(String name, long guaranteed) {
        return new QueueSpec(name, QueueSpec.ROOT, gpus(guaranteed), new TreeMap<>(), 1, true);
    }

    static ResourceVector gpus(long count) {
        return amounts("gpu", count);
    }

    static ResourceVector amounts(Object... namesAndAmounts) {
        TreeMap<String, Long> amounts = new TreeMap<>();
        for (int index = 0; index < namesAndAmounts.length; index += 2) {
            amounts.put((String) namesAndAmounts[index], ((Number) namesAndAmounts[index + 1]).longValue());
        }
        return new ResourceVector(amounts);
    }

    BusyCluster host(String name, String path, ResourceVector capacity) {
        snapshot.putHost(HostSpec.of(name, path.isEmpty() ? List.of() : List.of(path.split("/")), capacity));
        return this;
    }

    /** A job of one queue and priority, with so many pods. */
    static WaitingJob job(String name, String queue, int priority, int pods, ResourceVector perPod) {
        return new WaitingJob(
                new JobKey("n", name),
                queue,
                priority,
                NOW,
                GangRequest.of(pods, perPod),
                Optional.empty(),
                true,
                Duration.ZERO,
                false,
                false,
                false);
    }

    static WaitingJob within(String level, WaitingJob job) {
        return job.with(job.request()
                .withTopology(new TopologySpec(Optional.of(level), Optional.empty(), List.of(), Spread.PACKED)));
    }

    static WaitingJob atLeast(int pods, WaitingJob job) {
        return job.with(job.request().withPods(job.request().pods(), pods));
    }

    static WaitingJob notPreemptible(WaitingJob job) {
        return copy(job, false, job.minRuntime(), job.movable());
    }

    static WaitingJob safeFor(Duration minRuntime, WaitingJob job) {
        return copy(job, job.preemptible(), minRuntime, job.movable());
    }

    static WaitingJob movable(WaitingJob job) {
        return copy(job, job.preemptible(), job.minRuntime(), true);
    }

    private static WaitingJob copy(WaitingJob job, boolean preemptible, Duration minRuntime, boolean movable) {
        return new WaitingJob(
                job.key(),
                job.queue(),
                job.priority(),
                job.submittedAt(),
                job.request(),
                job.walltime(),
                preemptible,
                minRuntime,
                movable,
                job.pinned(),
                job.held());
    }

    /** Runs a job for some seconds already, its pods on these hosts in the order of ranks. */
    BusyCluster running(long seconds, WaitingJob job, String... hosts) {
        List<PlacedPod> pods = new ArrayList<>();
        for (int rank = 0; rank < hosts.length; rank++) {
            pods.add(new PlacedPod(rank, hosts[rank], job.request().perPod()));
        }
        begin(new RunningJob(job, pods, List.of(), NOW.minusSeconds(seconds), Optional.empty(), Optional.empty()));
        return this;
    }

    void begin(RunningJob run) {
        workload.begin(run);
        run.held().forEach(pod -> snapshot.allocate(pod.host(), pod.request()));
        queues.charge(run.queue(), run.total());
    }

    void stop(RunningJob run) {
        assertThat(workload.end(run.key())).isPresent();
        run.held().forEach(pod -> snapshot.release(pod.host(), pod.request()));
        queues.refund(run.queue(), run.total());
    }

    PreemptionAnswer ask(WaitingJob job) {
        return ask(job, USUAL);
    }

    PreemptionAnswer ask(WaitingJob job, PreemptionPolicy policy) {
        queues.capacity(snapshot.capacity());
        return new PreemptionPlanner(new TreeGangPlacer(), policy)
                .plan(snapshot, queues, workload, job, NOW, StepBudget.ofCycle());
    }

    PreemptionPlan plan(WaitingJob job) {
        return (PreemptionPlan) ask(job);
    }

    PreemptionRefusal refusal(WaitingJob job) {
        return (PreemptionRefusal) ask(job);
    }

    /** Names of the gangs that are stopped as a whole. */
    static List<String> stopped(PreemptionPlan plan) {
        return plan.victims().stream()
                .filter(victim -> victim.left().isEmpty())
                .map(victim -> victim.run().key().name())
                .toList();
    }

    /** By gang that goes on with fewer pods: how many are left. */
    static Map<String, Integer> shrunk(PreemptionPlan plan) {
        Map<String, Integer> shrunk = new TreeMap<>();
        plan.victims()
                .forEach(victim -> victim.left()
                        .ifPresent(left ->
                                shrunk.put(left.key().name(), left.pods().size())));
        return shrunk;
    }

    /** Carries a plan out; fails when a step has no room. */
    void apply(PreemptionPlan plan, WaitingJob job) {
        plan.victims().forEach(victim -> {
            stop(victim.run());
            victim.left().ifPresent(this::begin);
        });
        plan.moves().forEach(move -> stop(move.before()));
        plan.moves().forEach(move -> begin(move.after()));
        List<PlacedPod> pods = new ArrayList<>();
        for (int index = 0; index < plan.placement().hosts().size(); index++) {
            int rank = plan.placement().ranks().get(index);
            pods.add(new PlacedPod(
                    rank,
                    plan.placement().hosts().get(index),
                    rank == 0
                            ? job.request().leader().orElse(job.request().perPod())
                            : job.request().perPod()));
        }
        List<PlacedPod> spares = plan.placement().spares().stream()
                .map(host -> new PlacedPod(-1, host, job.request().perPod()))
                .toList();
        begin(new RunningJob(job, pods, spares, NOW, Optional.empty(), Optional.empty()));
    }

    /** The same job after some change to what it asks for. */
    static WaitingJob asking(WaitingJob job, UnaryOperator<GangRequest> change) {
        return job.with(change.apply(job.request()));
    }
}
