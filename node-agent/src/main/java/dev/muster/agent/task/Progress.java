package dev.muster.agent.task;

import java.util.OptionalDouble;

/**
 * What a run says of its training.
 *
 * @param step the latest step done
 * @param checkpoint the step of the newest checkpoint; 0: none
 * @param totalSteps 0: unknown
 * @param checkpointSeconds how long this attempt has been blocked in saves
 * @param reportedAtMillis wall clock when the agent saw it
 */
public record Progress(
        long step,
        long checkpoint,
        OptionalDouble loss,
        long totalSteps,
        double checkpointSeconds,
        long reportedAtMillis) {}
