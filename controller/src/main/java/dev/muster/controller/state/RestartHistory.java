package dev.muster.controller.state;

import java.time.Instant;
import java.util.List;

/**
 * The failures of a job so far.
 *
 * @param applicationFailures counts against {@code restart.maxRestarts}
 * @param infrastructureFailures lost and broken hosts: counted, never held against the job
 * @param recent when the application last failed since its newest checkpoint; feeds the fuse; at most as many as the
 *     fuse needs
 * @param checkpointAtLastFailure to see whether a failure made progress
 */
public record RestartHistory(
        int applicationFailures, int infrastructureFailures, List<Instant> recent, long checkpointAtLastFailure) {

    public static final RestartHistory NONE = new RestartHistory(0, 0, List.of(), -1);

    public RestartHistory {
        recent = List.copyOf(recent);
    }
}
