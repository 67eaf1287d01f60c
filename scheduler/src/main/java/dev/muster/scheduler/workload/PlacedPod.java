package dev.muster.scheduler.workload;

import dev.muster.scheduler.job.ResourceVector;

/**
 * A pod of a gang on its host.
 *
 * @param rank its number in the gang; a lost rank keeps its number for the pod that takes its place
 */
public record PlacedPod(int rank, String host, ResourceVector request) {

    /** The same pod on another host. */
    public PlacedPod on(String otherHost) {
        return new PlacedPod(rank, otherHost, request);
    }
}
