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
        Instant reportedAt) {}
