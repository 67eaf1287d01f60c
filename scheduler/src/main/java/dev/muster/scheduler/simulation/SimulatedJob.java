package dev.muster.scheduler.simulation;

import dev.muster.scheduler.explain.Explanation;
import dev.muster.scheduler.job.JobKey;
import dev.muster.scheduler.simulation.ScenarioOutcome.JobState;
import dev.muster.scheduler.workload.WaitingJob;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** A job on its way through a scenario. */
final class SimulatedJob {

    static final String NAMESPACE = "default";

    final Scenario.Job job;
    final long submittedAt;
    JobState state = JobState.PENDING;
    Optional<Long> startedAt = Optional.empty();
    Optional<Long> finishedAt = Optional.empty();
    Optional<Explanation> rejection = Optional.empty();
    int evictions;
    int repairs;
    /** Counts its starts, so that the end of an earlier run is not taken for that of a later one. */
    int run;

    SimulatedJob(Scenario.Job job, long submittedAt) {
        this.job = job;
        this.submittedAt = submittedAt;
    }

    JobKey key() {
        return new JobKey(NAMESPACE, job.name());
    }

    WaitingJob waiting() {
        return new WaitingJob(
                key(),
                job.queue(),
                job.priority(),
                Instant.ofEpochSecond(submittedAt),
                job.request(),
                job.walltimeSeconds().map(Duration::ofSeconds),
                job.preemptible(),
                Duration.ofSeconds(job.minRuntimeSeconds()),
                job.movable(),
                job.pinned(),
                job.hold());
    }

    boolean isOver() {
        return state != JobState.PENDING && state != JobState.RUNNING;
    }

    /** When this run ends by itself or is stopped at its walltime; empty: never. */
    Optional<Long> endsAt() {
        long started = startedAt.orElseThrow();
        long end = Math.min(
                job.durationSeconds().orElse(Long.MAX_VALUE),
                job.walltimeSeconds().orElse(Long.MAX_VALUE));
        return end == Long.MAX_VALUE ? Optional.empty() : Optional.of(started + end);
    }

    /** Whether a run that ends by itself does so before its walltime is reached. */
    boolean finishes() {
        return job.durationSeconds().isPresent()
                && job.durationSeconds().get() <= job.walltimeSeconds().orElse(Long.MAX_VALUE);
    }
}
