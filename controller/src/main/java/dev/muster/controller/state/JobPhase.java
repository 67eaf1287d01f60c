package dev.muster.controller.state;

/** Where a job is in its life; the last three are terminal. */
public enum JobPhase {
    /** Waits for its gang to be placed (or, held, for its user). */
    PENDING,
    /** An attempt is placed; not every rank reports running yet. */
    STARTING,
    /** Every rank of the attempt runs. */
    RUNNING,
    /** The attempt's ranks are being stopped; {@link JobStatus#stopping} says why. */
    STOPPING,
    FINISHED,
    FAILED,
    CANCELLED;

    public boolean isTerminal() {
        return this == FINISHED || this == FAILED || this == CANCELLED;
    }

    /** Whether an attempt of the job has hosts now. */
    public boolean holdsHosts() {
        return this == STARTING || this == RUNNING || this == STOPPING;
    }
}
