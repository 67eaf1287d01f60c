package dev.muster.controller.operations;

import dev.muster.controller.state.JobPhase;
import dev.muster.controller.state.JobStatus;

/** Where a job is, as people see it: a held job is not a waiting one. */
public enum JobState {
    PENDING,
    HELD,
    STARTING,
    RUNNING,
    STOPPING,
    FINISHED,
    FAILED,
    CANCELLED;

    public static JobState of(JobStatus status) {
        return of(status.phase(), status.held());
    }

    private static JobState of(JobPhase phase, boolean held) {
        return switch (phase) {
            case PENDING -> held ? HELD : PENDING;
            case STARTING -> STARTING;
            case RUNNING -> RUNNING;
            case STOPPING -> STOPPING;
            case FINISHED -> FINISHED;
            case FAILED -> FAILED;
            case CANCELLED -> CANCELLED;
        };
    }
}
