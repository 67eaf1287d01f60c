package dev.muster.controller.simulation.invariant;

import dev.muster.controller.state.JobPhase;
import dev.muster.controller.state.JobRecord;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What is stored of a job goes along the arrows of its life cycle, one attempt after the other. */
public final class AttemptsFollowEachOther extends Invariant {

    /** Several changes may be stored as one, so these are all that can be reached within an attempt. */
    private static final Map<JobPhase, Set<JobPhase>> LATER = Map.of(
            JobPhase.STARTING, EnumSet.allOf(JobPhase.class),
            JobPhase.RUNNING, EnumSet.complementOf(EnumSet.of(JobPhase.STARTING)),
            JobPhase.STOPPING, EnumSet.complementOf(EnumSet.of(JobPhase.STARTING, JobPhase.RUNNING)),
            JobPhase.PENDING, EnumSet.of(JobPhase.PENDING, JobPhase.CANCELLED, JobPhase.FAILED));

    @Override
    public void stored(Optional<JobRecord> before, JobRecord job) {
        if (before.isEmpty()) {
            return;
        }
        JobRecord earlier = before.get();
        int from = earlier.status().attempt();
        int to = job.status().attempt();
        require(to >= from, () -> job.key() + " goes back from attempt " + from + " to " + to);
        if (to == from && !earlier.phase().isTerminal()) {
            require(
                    LATER.getOrDefault(earlier.phase(), Set.of()).contains(job.phase()),
                    () -> job.key() + " goes from " + earlier.phase() + " to " + job.phase() + " in attempt " + to);
        }
    }
}
