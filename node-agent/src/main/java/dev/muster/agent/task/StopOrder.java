package dev.muster.agent.task;

import java.time.Duration;

/**
 * How to stop a run.
 *
 * @param checkpointSignal sent first to the processes that handle it; empty: none
 * @param checkpointGrace how long to wait for a newer checkpoint after it
 * @param termGrace between TERM and KILL
 */
public record StopOrder(
        RunKey key, String reason, String checkpointSignal, Duration checkpointGrace, Duration termGrace) {

    /** Kill at once. */
    public static StopOrder kill(RunKey key, String reason) {
        return new StopOrder(key, reason, "", Duration.ZERO, Duration.ZERO);
    }
}
