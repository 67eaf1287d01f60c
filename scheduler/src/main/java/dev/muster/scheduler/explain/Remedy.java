package dev.muster.scheduler.explain;

/** What will let a job start without anybody changing it or the cluster. */
public enum Remedy {
    /** That other jobs end. */
    WAIT,
    /** That other jobs are preempted. */
    PREEMPTION,
    /** Neither: somebody must change the job or bring hosts back. */
    NOTHING
}
