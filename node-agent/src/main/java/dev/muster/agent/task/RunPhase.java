package dev.muster.agent.task;

/** How far the ranks of a run on this host are. */
public enum RunPhase {
    STARTING,
    /** Every rank of this host was started. */
    RUNNING,
    STOPPING,
    /** No process of it is left on this host. */
    ENDED
}
