package dev.muster.controller.state;

import java.time.Instant;
import java.util.OptionalDouble;

/**
 * What the ranks last said about their training.
 *
 * @param checkpoint the step of the newest checkpoint; 0: none
 * @param totalSteps how many steps there will be; 0: unknown
 * @param checkpointSeconds how long this attempt has been blocked in saves so far
 */
public record Progress(
        long step,
        long checkpoint,
        OptionalDouble loss,
        long totalSteps,
        double checkpointSeconds,
        Instant reportedAt) {
    /**
     * This as the last word on a job of which {@code earlier} was known: a program that started again and has not saved
     * yet names no checkpoint, although the one it came from is still there.
     */
    Progress after(Progress earlier) {
        return new Progress(
                step,
                Math.max(checkpoint, earlier.checkpoint),
                loss,
                totalSteps > 0 ? totalSteps : earlier.totalSteps,
                checkpointSeconds,
                reportedAt);
    }

    /** Whether every step there will be is done; false where their number is unknown. */
    boolean isComplete() {
        return totalSteps > 0 && step >= totalSteps;
    }
}
