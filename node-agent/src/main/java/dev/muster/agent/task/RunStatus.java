package dev.muster.agent.task;

import java.util.List;
import java.util.stream.IntStream;

/**
 * A run as the controller hears of it, whole.
 *
 * @param message why it was refused, could not start, or was killed; empty otherwise
 */
public record RunStatus(RunKey key, RunPhase phase, List<RankStatus> ranks, String message) {
    public RunStatus {
        ranks = List.copyOf(ranks);
    }

    /** A run that was not started: its ranks have failed, so that it cannot be taken for a success. */
    static RunStatus refused(RunSpec spec, String message, long nowMillis) {
        return new RunStatus(
                spec.key(),
                RunPhase.ENDED,
                IntStream.range(spec.firstRank(), spec.firstRank() + spec.ranks())
                        .mapToObj(RankStatus::starting)
                        .map(rank -> rank.ended(RankState.FAILED, 0, message, nowMillis))
                        .toList(),
                message);
    }

    public boolean hasEnded() {
        return phase == RunPhase.ENDED;
    }
}
