package dev.muster.scheduler.cycle;

import dev.muster.scheduler.cluster.ClusterSnapshot;
import dev.muster.scheduler.cluster.MaintenanceWindow;
import dev.muster.scheduler.job.JobKey;
import dev.muster.scheduler.queue.QueueTree;
import dev.muster.scheduler.workload.RunningJob;
import dev.muster.scheduler.workload.Workload;
import java.util.Collections;
import java.util.List;

/**
 * All that a cycle looks at and changes. Belongs to one thread. Whoever keeps it tells the queues the time ({@link QueueTree#advance})
 * before anything begins or stops at a new moment, so that past use is counted right.
 *
 * @param cluster hosts and what is taken into use on them: pods and spares of what runs
 * @param queues charged with what runs
 * @param workload what waits and what runs
 * @param windows open now or later, in the caller's hands: a view of it; hosts of those open now are excluded in the cluster by whoever
 *     keeps this
 * @param agenda what the last cycle left
 */
public record SchedulingState(
        ClusterSnapshot cluster, QueueTree queues, Workload workload, List<MaintenanceWindow> windows, Agenda agenda) {

    public SchedulingState {
        windows = Collections.unmodifiableList(windows);
    }

    /** Nothing waits and nothing runs yet. */
    public static SchedulingState of(ClusterSnapshot cluster, QueueTree queues, List<MaintenanceWindow> windows) {
        return of(cluster, queues, windows, CyclePolicy.Order.MUSTER);
    }

    /** The same for cycles with another order. */
    public static SchedulingState of(
            ClusterSnapshot cluster, QueueTree queues, List<MaintenanceWindow> windows, CyclePolicy.Order order) {
        return new SchedulingState(cluster, queues, new Workload(order.comparator()), windows, new Agenda());
    }

    /** A gang runs: its room is taken into use, also on hosts that are excluded, its queue is charged. */
    public void begin(RunningJob run) {
        workload.begin(run);
        run.held().forEach(pod -> cluster.restore(pod.host(), pod.request()));
        queues.charge(run.queue(), run.total());
    }

    /**
     * A gang has ended or is stopped: its room is free, its queue refunded.
     *
     * @throws IllegalArgumentException when it does not run
     */
    public RunningJob stop(JobKey key) {
        RunningJob run = workload.end(key)
                .orElseThrow(() -> new IllegalArgumentException("job " + key + " does not run; it cannot be stopped"));
        run.held().forEach(pod -> cluster.release(pod.host(), pod.request()));
        queues.refund(run.queue(), run.total());
        return run;
    }

    /** A gang goes on with other pods. */
    public void replace(RunningJob run) {
        stop(run.key());
        begin(run);
    }
}
