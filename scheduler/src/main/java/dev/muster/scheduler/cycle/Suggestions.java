package dev.muster.scheduler.cycle;

import dev.muster.scheduler.cluster.ClusterSnapshot;
import dev.muster.scheduler.explain.Rejection;
import dev.muster.scheduler.job.GangSpec;
import dev.muster.scheduler.job.JobSpec;
import dev.muster.scheduler.job.TopologySpec;
import dev.muster.scheduler.placement.GangPlacer;
import dev.muster.scheduler.placement.Placement;
import dev.muster.scheduler.queue.Queue;
import dev.muster.scheduler.queue.QueueTree;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Changes to a job with which it would start now. Each is tried out; none is guessed. */
final class Suggestions {

    private static final int MOST_QUEUES_TRIED = 100;

    private final GangPlacer placer;
    private final ClusterSnapshot cluster;
    private final QueueTree queues;

    Suggestions(GangPlacer placer, ClusterSnapshot cluster, QueueTree queues) {
        this.placer = placer;
        this.cluster = cluster;
        this.queues = queues;
    }

    List<String> of(WaitingJob job, Rejection rejection) {
        return switch (rejection.code()) {
            case HELD, INVALID, RESERVED, ORDER, MIN_RUNTIME -> List.of();
            case IMPOSSIBLE, QUOTA, EXCLUDED, TOPOLOGY, CAPACITY -> tried(job);
        };
    }

    private List<String> tried(WaitingJob job) {
        List<String> suggestions = new ArrayList<>();
        fewerHosts(job).ifPresent(suggestions::add);
        withoutSpares(job).ifPresent(suggestions::add);
        preferredLevel(job).ifPresent(suggestions::add);
        anyAccelerator(job).ifPresent(suggestions::add);
        otherQueue(job).ifPresent(suggestions::add);
        return suggestions;
    }

    /** The most hosts that fit, found by asking for an elastic gang. */
    private Optional<String> fewerHosts(WaitingJob job) {
        GangSpec gang = job.spec().gang();
        int granule = job.request().granule();
        if (gang.minHosts() <= granule) {
            return Optional.empty();
        }
        GangSpec elastic = new GangSpec(
                gang.hosts(), granule, gang.spares(), gang.perHost(), gang.acceleratorType(), gang.processes());
        return start(job.withSpec(with(job.spec(), elastic)))
                .map(placement -> placement.hosts().size())
                .filter(hosts -> startsWith(job, hosts))
                .map(hosts -> "would start now with gang.hosts: " + hosts);
    }

    private boolean startsWith(WaitingJob job, int hosts) {
        GangSpec gang = job.spec().gang();
        GangSpec smaller =
                new GangSpec(hosts, hosts, gang.spares(), gang.perHost(), gang.acceleratorType(), gang.processes());
        return start(job.withSpec(with(job.spec(), smaller))).isPresent();
    }

    private Optional<String> withoutSpares(WaitingJob job) {
        GangSpec gang = job.spec().gang();
        if (gang.spares() == 0 || job.sparesOptional()) {
            return Optional.empty();
        }
        WaitingJob optional = new WaitingJob(job.spec(), job.submittedAt(), job.held(), true, job.avoidHosts());
        return start(optional)
                .map(placement -> "would start now with gang.spares: "
                        + placement.spares().size());
    }

    private Optional<String> preferredLevel(WaitingJob job) {
        TopologySpec topology = job.spec().topology();
        if (topology.required().isEmpty()) {
            return Optional.empty();
        }
        String level = topology.required().get();
        TopologySpec softer = new TopologySpec(
                Optional.empty(), topology.preferred().or(topology::required), topology.slices(), topology.spread());
        return start(job.withSpec(with(job.spec(), softer)))
                .map(placement -> "would start now with topology.preferred instead of required: " + level);
    }

    private Optional<String> anyAccelerator(WaitingJob job) {
        GangSpec gang = job.spec().gang();
        if (gang.acceleratorType().isEmpty()) {
            return Optional.empty();
        }
        GangSpec anyType = new GangSpec(
                gang.hosts(), gang.minHosts(), gang.spares(), gang.perHost(), Optional.empty(), gang.processes());
        return start(job.withSpec(with(job.spec(), anyType)))
                .map(placement -> "would start now without perHost.acceleratorType");
    }

    private Optional<String> otherQueue(WaitingJob job) {
        Collection<Queue> all = queues.queues();
        return all.stream()
                .limit(MOST_QUEUES_TRIED)
                .map(queue -> queue.spec().name())
                .filter(name ->
                        queues.takesJobs(name) && !name.equals(job.spec().queue()))
                .filter(name -> start(job.withSpec(inQueue(job.spec(), name))).isPresent())
                .findFirst()
                .map(name -> "would start now in queue: " + name);
    }

    private Optional<Placement> start(WaitingJob job) {
        return new Admission(placer, cluster, queues).explain(job).placed();
    }

    private static JobSpec with(JobSpec job, GangSpec gang) {
        return copy(job, job.queue(), gang, job.topology());
    }

    private static JobSpec with(JobSpec job, TopologySpec topology) {
        return copy(job, job.queue(), job.gang(), topology);
    }

    private static JobSpec inQueue(JobSpec job, String queue) {
        return copy(job, queue, job.gang(), job.topology());
    }

    private static JobSpec copy(JobSpec job, String queue, GangSpec gang, TopologySpec topology) {
        return new JobSpec(
                job.key(),
                queue,
                job.priority(),
                gang,
                topology,
                job.walltime(),
                job.preemptible(),
                job.minRuntime(),
                job.checkpoint(),
                job.restart(),
                job.template());
    }
}
