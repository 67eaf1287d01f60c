package dev.muster.controller.scheduling;

import dev.muster.controller.state.JobPhase;
import dev.muster.controller.state.JobRecord;
import dev.muster.controller.state.Progress;
import dev.muster.scheduler.cycle.SchedulingState;
import dev.muster.scheduler.job.JobKey;
import dev.muster.scheduler.workload.RunningJob;
import dev.muster.scheduler.workload.WaitingJob;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Keeps what the scheduler knows of a job in step with its record: its place among those that wait, when it saved, that it stops. */
final class WorkloadFollower {

    private final SchedulingState state;
    private final Nominations nominations;
    private final Departures departures;

    /** The newest checkpoint of each running job that was heard of. */
    private final Map<JobKey, Long> checkpoints = new HashMap<>();

    WorkloadFollower(SchedulingState state, Nominations nominations, Departures departures) {
        this.state = state;
        this.nominations = nominations;
        this.departures = departures;
    }

    void follow(JobRecord job, Instant now) {
        followWaiting(job);
        state.workload().running(job.key()).ifPresent(run -> {
            if (job.phase() == JobPhase.STOPPING) {
                followStopping(job, run, now);
            } else {
                job.status().progress().ifPresent(progress -> followProgress(run, progress, now));
            }
        });
    }

    void followWaiting(JobRecord job) {
        Optional<WaitingJob> known = state.workload().waiting(job.key());
        boolean waits = job.phase() == JobPhase.PENDING
                && state.workload().running(job.key()).isEmpty();
        Optional<WaitingJob> wanted = waits ? Optional.of(WorkloadRecords.waiting(job)) : Optional.empty();
        if (!known.equals(wanted)) {
            state.workload().withdraw(job.key());
            wanted.ifPresent(state.workload()::submit);
        }
    }

    /** A checkpoint is at least as old as the report that first told of it. */
    private void followProgress(RunningJob run, Progress progress, Instant now) {
        if (progress.checkpoint() > checkpoints.getOrDefault(run.key(), 0L)) {
            checkpoints.put(run.key(), progress.checkpoint());
            Instant savedAt = progress.reportedAt().isBefore(now) ? progress.reportedAt() : now;
            state.workload().update(run.at(run.startedAt(), run.endsAt(), Optional.of(savedAt)));
        }
    }

    private void followStopping(JobRecord job, RunningJob run, Instant now) {
        boolean forGood = job.status().stopping().orElseThrow().kind().isForGood() || nominations.isAwaited(job.key());
        if (forGood) {
            departures.add(job.key());
        } else {
            departures.remove(job.key());
        }
        if (run.job().preemptible()) {
            state.workload().update(run.unpreemptible().at(run.startedAt(), Optional.of(now), run.savedAt()));
        }
    }

    void released(JobKey job) {
        checkpoints.remove(job);
        departures.remove(job);
        nominations.released(job);
    }
}
