package dev.muster.controller.workload;

import java.util.List;

/** What a host says about its part of an attempt, whole. */
public record HostReport(
        String host, String jobUid, int epoch, RunPhase phase, List<RankStatus> ranks, String message) {
    public HostReport {
        ranks = List.copyOf(ranks);
    }

    /** Whether every rank of the host ended with exit code 0. */
    public boolean succeeded() {
        return phase == RunPhase.ENDED
                && !ranks.isEmpty()
                && ranks.stream().allMatch(rank -> rank.state() == RankState.SUCCEEDED);
    }
}
