package dev.muster.controller.scheduling;

import dev.muster.scheduler.cycle.SchedulingCycle;
import dev.muster.scheduler.cycle.SchedulingState;
import dev.muster.scheduler.job.JobKey;
import dev.muster.scheduler.workload.RunningJob;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds gangs that had to do with fewer hosts than they asked for and can have more now. A gang grows by a restart, so it
 * must have run a while since the last one: what a restart costs is small against that, however often hosts come and go.
 */
final class Regrowth {

    /** With restarts of 10 s to 2 min, growing takes at most a tenth of the time. */
    static final Duration LEAST_RUN = Duration.ofMinutes(20);

    /** Each costs a placement; who is not reached has its turn in a later cycle. */
    private static final int MOST_TRIED = 10;

    private final SchedulingState state;
    private final SchedulingCycle cycle;

    Regrowth(SchedulingState state, SchedulingCycle cycle) {
        this.state = state;
        this.cycle = cycle;
    }

    /** Those that are worth a restart now; one a cycle, since what one takes the next cannot have. */
    Optional<JobKey> next(Instant now) {
        List<RunningJob> due = new ArrayList<>();
        for (RunningJob run : state.workload().shrunk()) {
            if (due.size() < MOST_TRIED && !now.isBefore(run.startedAt().plus(LEAST_RUN))) {
                due.add(run);
            }
        }
        return due.stream()
                .filter(run -> cycle.couldGrow(state, run, now))
                .map(RunningJob::key)
                .findFirst();
    }

    /** When the next gang will have run long enough. */
    Optional<Instant> nextDue(Instant now) {
        return state.workload().shrunk().stream()
                .map(run -> run.startedAt().plus(LEAST_RUN))
                .filter(moment -> moment.isAfter(now))
                .min(Instant::compareTo);
    }
}
