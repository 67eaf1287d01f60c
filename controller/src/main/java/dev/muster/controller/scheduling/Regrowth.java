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
import java.util.stream.Stream;

/**
 * Finds gangs that had to do with fewer hosts than they asked for and can have more now. A gang grows by a restart, so it
 * must have run a while since the last one: what a restart costs is small against that, however often hosts come and go.
 */
final class Regrowth {

    /** With restarts of 10 s to 2 min, growing takes at most a tenth of the time. */
    static final Duration LEAST_RUN = Duration.ofMinutes(20);

    /** Each costs a placement; who is not reached has its turn in a later cycle, {@link #NEXT_TURN} later at the latest. */
    static final int MOST_TRIED = 10;

    private static final Duration NEXT_TURN = Duration.ofSeconds(10);

    private final SchedulingState state;
    private final SchedulingCycle cycle;
    private Optional<JobKey> lastTried = Optional.empty();
    private boolean othersWait;

    Regrowth(SchedulingState state, SchedulingCycle cycle) {
        this.state = state;
        this.cycle = cycle;
    }

    /** One that is worth a restart now; one a cycle, since what one takes the next cannot have. */
    Optional<JobKey> next(Instant now) {
        List<RunningJob> due = due(now);
        othersWait = due.size() > MOST_TRIED;
        for (RunningJob run : due.subList(0, Math.min(MOST_TRIED, due.size()))) {
            lastTried = Optional.of(run.key());
            if (cycle.couldGrow(state, run, now)) {
                return lastTried;
            }
        }
        return Optional.empty();
    }

    /** Those that have run long enough, from the one behind the last that was tried on. */
    private List<RunningJob> due(Instant now) {
        List<RunningJob> due = new ArrayList<>();
        List<RunningJob> triedBefore = new ArrayList<>();
        for (RunningJob run : state.workload().shrunk()) {
            if (!now.isBefore(run.startedAt().plus(LEAST_RUN))) {
                boolean behind =
                        lastTried.filter(last -> run.key().compareTo(last) <= 0).isEmpty();
                (behind ? due : triedBefore).add(run);
            }
        }
        due.addAll(triedBefore);
        return due;
    }

    /** When the next gang will have run long enough, or others than in this cycle have their turn. */
    Optional<Instant> nextDue(Instant now) {
        Stream<Instant> turn = othersWait ? Stream.of(now.plus(NEXT_TURN)) : Stream.empty();
        Stream<Instant> longEnough = state.workload().shrunk().stream()
                .map(run -> run.startedAt().plus(LEAST_RUN))
                .filter(moment -> moment.isAfter(now));
        return Stream.concat(turn, longEnough).min(Instant::compareTo);
    }
}
