package dev.muster.agent.task;

/** How one rank fares. */
public enum RankState {
    STARTING,
    RUNNING,
    /** Ended by itself with exit code 0. */
    SUCCEEDED,
    /** Exit code not 0, could not start, or killed by a signal that nobody here sent. */
    FAILED,
    /** Ended after it was told to. */
    STOPPED;

    public boolean hasEnded() {
        return this == SUCCEEDED || this == FAILED || this == STOPPED;
    }
}
