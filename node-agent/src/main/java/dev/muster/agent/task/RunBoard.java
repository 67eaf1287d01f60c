package dev.muster.agent.task;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** The present status of one run; tells the listener of each change. Safe for use from several threads. */
final class RunBoard {
    private final RunKey key;
    private final int firstRank;
    private final RunListener listener;
    private RunStatus status;

    RunBoard(RunSpec spec, RunListener listener) {
        this.key = spec.key();
        this.firstRank = spec.firstRank();
        this.listener = listener;
        List<RankStatus> ranks = IntStream.range(spec.firstRank(), spec.firstRank() + spec.ranks())
                .mapToObj(RankStatus::starting)
                .toList();
        this.status = new RunStatus(key, RunPhase.STARTING, ranks, "");
    }

    synchronized RunStatus status() {
        return status;
    }

    void phase(RunPhase phase) {
        publish(now -> new RunStatus(key, phase, now.ranks(), now.message()));
    }

    void rank(int rank, UnaryOperator<RankStatus> change) {
        publish(now -> {
            List<RankStatus> ranks = new ArrayList<>(now.ranks());
            ranks.set(rank - firstRank, change.apply(ranks.get(rank - firstRank)));
            return new RunStatus(key, now.phase(), ranks, now.message());
        });
    }

    void message(String message) {
        publish(now -> new RunStatus(key, now.phase(), now.ranks(), message));
    }

    /** Ends the run: ranks that never got so far end with it. */
    void end(RankState unfinished, String message, long atMillis) {
        publish(now -> new RunStatus(
                key,
                RunPhase.ENDED,
                now.ranks().stream()
                        .map(rank -> rank.state().hasEnded() ? rank : rank.ended(unfinished, 0, message, atMillis))
                        .toList(),
                message));
    }

    boolean allRanksEnded() {
        return status().ranks().stream().allMatch(rank -> rank.state().hasEnded());
    }

    boolean hasEnded(int rank) {
        return status().ranks().get(rank - firstRank).state().hasEnded();
    }

    private void publish(UnaryOperator<RunStatus> change) {
        RunStatus changed;
        synchronized (this) {
            changed = change.apply(status);
            if (changed.equals(status) || status.hasEnded()) {
                return;
            }
            status = changed;
        }
        listener.runChanged(changed);
    }
}
