package dev.muster.scheduler.cycle;

import dev.muster.scheduler.job.JobKey;
import dev.muster.scheduler.job.JobSpec;
import dev.muster.scheduler.placement.GangRequest;
import dev.muster.scheduler.queue.QueueOrder;
import java.time.Instant;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A job that is to start.
 *
 * @param submittedAt decides between equal priorities; a job that was stopped and waits again keeps its first time
 * @param held whether somebody keeps it from starting
 * @param sparesOptional whether it may start with fewer spares than it asks for
 * @param avoidHosts hosts that it is not to start on
 */
public record WaitingJob(
        JobSpec spec, Instant submittedAt, boolean held, boolean sparesOptional, SortedSet<String> avoidHosts)
        implements QueueOrder.Entry {

    public WaitingJob {
        avoidHosts = Collections.unmodifiableSortedSet(new TreeSet<>(avoidHosts));
    }

    public static WaitingJob of(JobSpec spec, Instant submittedAt) {
        return new WaitingJob(spec, submittedAt, false, false, Collections.emptySortedSet());
    }

    @Override
    public int priority() {
        return spec.priority();
    }

    @Override
    public JobKey key() {
        return spec.key();
    }

    GangRequest request() {
        return GangRequest.of(spec)
                .withSpares(spec.gang().spares(), sparesOptional)
                .avoiding(avoidHosts);
    }

    WaitingJob withSpec(JobSpec other) {
        return new WaitingJob(other, submittedAt, held, sparesOptional, avoidHosts);
    }
}
