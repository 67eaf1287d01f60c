package dev.muster.controller.workload;

/** How one rank does. */
public enum RankState {
    STARTING,
    RUNNING,
    /** Ended with exit code 0. */
    SUCCEEDED,
    /** Ended by itself in any other way, or could not start. */
    FAILED,
    /** Ended because it was told to. */
    STOPPED
}
