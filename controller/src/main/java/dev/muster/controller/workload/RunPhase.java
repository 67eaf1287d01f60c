package dev.muster.controller.workload;

/** Where an attempt is on one host. */
public enum RunPhase {
    STARTING,
    /** Every rank of this host runs. */
    RUNNING,
    STOPPING,
    /** No process of it is left on the host. */
    ENDED
}
