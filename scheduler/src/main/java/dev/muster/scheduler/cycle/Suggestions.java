package dev.muster.scheduler.cycle;

import dev.muster.scheduler.cycle.Verdict.Startable;
import dev.muster.scheduler.explain.ReasonCode;
import dev.muster.scheduler.job.TopologySpec;
import dev.muster.scheduler.placement.GangRequest;
import dev.muster.scheduler.placement.Placement;
import dev.muster.scheduler.queue.QueueTree;
import dev.muster.scheduler.workload.WaitingJob;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Changes to a job with which it would start now. Each is tried out; none is guessed. */
final class Suggestions {

    private static final int MOST_QUEUES_TRIED = 100;

    private final Tryout tryout;
    private final QueueTree queues;

    Suggestions(Tryout tryout, QueueTree queues) {
        this.tryout = tryout;
        this.queues = queues;
    }

    List<String> of(WaitingJob job, ReasonCode code) {
        return switch (code) {
            case HELD, INVALID, ORDER -> List.of();
            case RESERVED -> shorter(job);
            case IMPOSSIBLE, QUOTA, MIN_RUNTIME, EXCLUDED, TOPOLOGY, CAPACITY -> tried(job);
        };
    }

    private List<String> tried(WaitingJob job) {
        List<String> suggestions = new ArrayList<>();
        fewerPods(job).ifPresent(suggestions::add);
        withoutSpares(job).ifPresent(suggestions::add);
        preferredLevel(job).ifPresent(suggestions::add);
        anyAccelerator(job).ifPresent(suggestions::add);
        otherQueue(job).ifPresent(suggestions::add);
        return suggestions;
    }

    /** A job that ends before what is planned may run around it. */
    private List<String> shorter(WaitingJob job) {
        List<String> suggestions = new ArrayList<>();
        tryout.timeBeforePlans()
                .filter(left -> job.walltime()
                        .filter(length -> length.compareTo(left) <= 0)
                        .isEmpty())
                .filter(left -> start(job.withWalltime(left)).isPresent())
                .ifPresent(left -> suggestions.add("would start now with walltime: " + left.toSeconds() + "s"));
        fewerPods(job).ifPresent(suggestions::add);
        otherQueue(job).ifPresent(suggestions::add);
        return suggestions;
    }

    /** The most pods that fit, found by asking for an elastic gang. */
    private Optional<String> fewerPods(WaitingJob job) {
        GangRequest request = job.request();
        int granule = request.granule();
        if (request.minPods() <= granule) {
            return Optional.empty();
        }
        String field = request.podsPerHost() == 1 ? "gang.hosts" : "pods";
        return start(job.with(request.withPods(request.pods(), granule)))
                .map(placement -> placement.hosts().size() - (request.leader().isPresent() ? 1 : 0))
                .filter(pods -> pods < request.minPods())
                .filter(pods -> start(job.with(request.withPods(pods, pods))).isPresent())
                .map(pods -> "would start now with " + field + ": " + pods);
    }

    private Optional<String> withoutSpares(WaitingJob job) {
        GangRequest request = job.request();
        if (request.spares() == 0 || request.sparesOptional()) {
            return Optional.empty();
        }
        return start(job.with(request.withSpares(request.spares(), true)))
                .map(placement -> placement.spares().size())
                .filter(spares -> spares < request.spares())
                .map(spares -> "would start now with gang.spares: " + spares);
    }

    private Optional<String> preferredLevel(WaitingJob job) {
        TopologySpec topology = job.request().topology();
        if (topology.required().isEmpty()) {
            return Optional.empty();
        }
        String level = topology.required().get();
        TopologySpec softer = new TopologySpec(
                Optional.empty(), topology.preferred().or(topology::required), topology.slices(), topology.spread());
        return start(job.with(job.request().withTopology(softer)))
                .map(placement -> "would start now with topology.preferred instead of required: " + level);
    }

    private Optional<String> anyAccelerator(WaitingJob job) {
        if (job.request().acceleratorType().isEmpty()) {
            return Optional.empty();
        }
        return start(job.with(job.request().withAnyAccelerator()))
                .map(placement -> "would start now without perHost.acceleratorType");
    }

    private Optional<String> otherQueue(WaitingJob job) {
        return queues.queues().stream()
                .limit(MOST_QUEUES_TRIED)
                .map(queue -> queue.spec().name())
                .filter(name -> queues.takesJobs(name) && !name.equals(job.queue()))
                .filter(name -> start(job.inQueue(name)).isPresent())
                .findFirst()
                .map(name -> "would start now in queue: " + name);
    }

    private Optional<Placement> start(WaitingJob job) {
        return tryout.attempt(job) instanceof Startable startable
                ? Optional.of(startable.start().placement())
                : Optional.empty();
    }
}
