package dev.muster.controller.scheduling;

import dev.muster.scheduler.cycle.SchedulingState;
import dev.muster.scheduler.job.JobKey;
import dev.muster.scheduler.workload.RunningJob;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Gangs that stop for good: preempted, cancelled, or at the end of their walltime. They hold their hosts until their ranks are known to
 * be gone. Decisions are made as if they had gone already, so that nobody else is stopped for room that will be free soon; what needs
 * their room waits for them.
 */
final class Departures {

    private final Set<JobKey> leaving = new LinkedHashSet<>();

    void add(JobKey gang) {
        leaving.add(gang);
    }

    void remove(JobKey gang) {
        leaving.remove(gang);
    }

    boolean includes(JobKey gang) {
        return leaving.contains(gang);
    }

    Set<JobKey> all() {
        return new LinkedHashSet<>(leaving);
    }

    /** What would be decided if they had gone; afterwards they hold their room as before, beside what was decided to use it. */
    <R> R asIfGone(SchedulingState state, Supplier<R> decision) {
        List<RunningJob> aside = new ArrayList<>(leaving.size());
        for (JobKey gang : leaving) {
            if (state.workload().running(gang).isPresent()) {
                aside.add(state.stop(gang));
            }
        }
        R decided = decision.get();
        aside.forEach(state::begin);
        return decided;
    }
}
