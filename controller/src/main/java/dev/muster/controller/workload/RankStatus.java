package dev.muster.controller.workload;

import java.util.List;

/**
 * One rank on its host.
 *
 * @param exitCode 128 + signal where a signal ended it
 * @param message the last lines of a failed rank, bounded
 * @param devices the indexes of its accelerators
 */
public record RankStatus(int rank, RankState state, int exitCode, String message, List<Integer> devices) {
    public RankStatus {
        devices = List.copyOf(devices);
    }
}
