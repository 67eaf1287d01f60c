package dev.muster.agent.task;

import java.util.List;

/**
 * One rank as the controller hears of it.
 *
 * @param exitCode 128 + signal where a signal ended it
 * @param message last lines of output of a failed rank, bounded
 * @param startedAtMillis wall clock; 0: not yet
 * @param endedAtMillis wall clock; 0: not yet
 */
public record RankStatus(
        int rank,
        RankState state,
        int exitCode,
        String message,
        long startedAtMillis,
        long endedAtMillis,
        List<Integer> devices) {
    public RankStatus {
        devices = List.copyOf(devices);
    }

    static RankStatus starting(int rank) {
        return new RankStatus(rank, RankState.STARTING, 0, "", 0, 0, List.of());
    }

    RankStatus started(long atMillis, List<Integer> onDevices) {
        return new RankStatus(rank, RankState.RUNNING, 0, "", atMillis, 0, onDevices);
    }

    RankStatus ended(RankState finalState, int code, String lastWords, long atMillis) {
        return new RankStatus(rank, finalState, code, lastWords, startedAtMillis, atMillis, devices);
    }
}
