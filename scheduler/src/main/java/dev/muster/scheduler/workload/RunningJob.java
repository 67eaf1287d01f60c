package dev.muster.scheduler.workload;

import dev.muster.scheduler.job.JobKey;
import dev.muster.scheduler.job.ResourceVector;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A gang that runs.
 *
 * @param job what it asked for when it waited
 * @param pods in the order of ranks; ranks that are lost are missing
 * @param spares held beside it, one for each spare pod; rank -1
 * @param startedAt of this run
 * @param endsAt when it ends at the latest, by its walltime; empty: never
 * @param savedAt of its newest checkpoint: what it did before is safe; empty when none is known
 */
public record RunningJob(
        WaitingJob job,
        List<PlacedPod> pods,
        List<PlacedPod> spares,
        Instant startedAt,
        Optional<Instant> endsAt,
        Optional<Instant> savedAt) {

    public RunningJob {
        pods = List.copyOf(pods);
        spares = List.copyOf(spares);
    }

    public JobKey key() {
        return job.key();
    }

    public String queue() {
        return job.queue();
    }

    public int priority() {
        return job.priority();
    }

    /** Whether it has fewer pods than it would like. */
    public boolean isShrunk() {
        return job.request().isElastic() && pods.size() < job.request().ranks();
    }

    /** Pods and spares: everything that takes room. */
    public List<PlacedPod> held() {
        List<PlacedPod> held = new ArrayList<>(pods);
        held.addAll(spares);
        return held;
    }

    /** What all of it takes, as its queue is charged. */
    public ResourceVector total() {
        ResourceVector total = ResourceVector.ZERO;
        for (PlacedPod pod : held()) {
            total = total.plus(pod.request());
        }
        return total;
    }

    /** Until when it must not be preempted. */
    public Instant protectedUntil() {
        return startedAt.plus(job.minRuntime());
    }

    /** Whether it may be a victim at a moment, as far as the job itself is concerned. */
    public boolean isPreemptible(Instant now) {
        return job.preemptible() && !now.isBefore(protectedUntil());
    }

    /** How long it has worked since its newest checkpoint, or since it started: what a stop would lose. */
    public Duration unsaved(Instant now) {
        Instant since = savedAt.filter(saved -> saved.isAfter(startedAt)).orElse(startedAt);
        return since.isAfter(now) ? Duration.ZERO : Duration.between(since, now);
    }

    /** The same, safe from others: it ends already, or others have given way for it. */
    public RunningJob unpreemptible() {
        WaitingJob safe = new WaitingJob(
                job.key(),
                job.queue(),
                job.priority(),
                job.submittedAt(),
                job.request(),
                job.walltime(),
                false,
                job.minRuntime(),
                false,
                job.pinned(),
                job.held());
        return new RunningJob(safe, pods, spares, startedAt, endsAt, savedAt);
    }

    /** The same at another time: when it started and ends, and when it saved last. */
    public RunningJob at(Instant start, Optional<Instant> end, Optional<Instant> saved) {
        return new RunningJob(job, pods, spares, start, end, saved);
    }

    /** The same with other pods. */
    public RunningJob with(List<PlacedPod> otherPods, List<PlacedPod> otherSpares) {
        return new RunningJob(job, otherPods, otherSpares, startedAt, endsAt, savedAt);
    }
}
