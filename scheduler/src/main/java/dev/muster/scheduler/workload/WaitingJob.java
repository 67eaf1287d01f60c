package dev.muster.scheduler.workload;

import dev.muster.scheduler.job.JobKey;
import dev.muster.scheduler.job.JobSpec;
import dev.muster.scheduler.placement.GangRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.SortedSet;

/**
 * A job that is to start.
 *
 * @param submittedAt decides between equal priorities; a job that was stopped and waits again keeps its first time
 * @param walltime the longest it will run; empty: it may run for ever
 * @param minRuntime how long it is safe from preemption once it runs
 * @param movable whether it may be moved to other hosts while it runs
 * @param pinned whether its pods never move, not even for a repair
 * @param held whether somebody keeps it from starting
 */
public record WaitingJob(
        JobKey key,
        String queue,
        int priority,
        Instant submittedAt,
        GangRequest request,
        Optional<Duration> walltime,
        boolean preemptible,
        Duration minRuntime,
        boolean movable,
        boolean pinned,
        boolean held) {

    /** A job of a job file that has never run. */
    public static WaitingJob of(JobSpec spec, Instant submittedAt) {
        return of(spec, submittedAt, GangRequest.of(spec), false);
    }

    /** A job of a job file with a request of its own, such as one that avoids hosts. */
    public static WaitingJob of(JobSpec spec, Instant submittedAt, GangRequest request, boolean held) {
        return new WaitingJob(
                spec.key(),
                spec.queue(),
                spec.priority(),
                submittedAt,
                request,
                spec.walltime(),
                spec.preemptible(),
                spec.minRuntime(),
                false,
                false,
                held);
    }

    /** A job of a job file as it starts anew after it ran: spares are wanted but no longer a must. */
    public static WaitingJob again(
            JobSpec spec, Instant submittedAt, boolean held, boolean sparesOptional, SortedSet<String> avoidHosts) {
        GangRequest request = GangRequest.of(spec)
                .withSpares(spec.gang().spares(), sparesOptional)
                .avoiding(avoidHosts);
        return of(spec, submittedAt, request, held);
    }

    /** The same with another request. */
    public WaitingJob with(GangRequest other) {
        return new WaitingJob(
                key, queue, priority, submittedAt, other, walltime, preemptible, minRuntime, movable, pinned, held);
    }

    /** The same with another walltime. */
    public WaitingJob withWalltime(Duration length) {
        return new WaitingJob(
                key,
                queue,
                priority,
                submittedAt,
                request,
                Optional.of(length),
                preemptible,
                minRuntime,
                movable,
                pinned,
                held);
    }

    /** The same in another queue. */
    public WaitingJob inQueue(String other) {
        return new WaitingJob(
                key, other, priority, submittedAt, request, walltime, preemptible, minRuntime, movable, pinned, held);
    }

    /** When it ends at the latest if it starts at a moment; empty: never. */
    public Optional<Instant> endsAt(Instant start) {
        return walltime.map(start::plus);
    }
}
