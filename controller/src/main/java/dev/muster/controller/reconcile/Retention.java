package dev.muster.controller.reconcile;

import dev.muster.controller.loop.EventLoop;
import dev.muster.controller.model.ClusterModel;
import dev.muster.controller.model.Turn;
import dev.muster.controller.model.Turns;
import dev.muster.controller.state.JobRecord;
import java.time.Duration;
import java.util.Optional;

/** Removes the oldest jobs that have ended, one a turn, so that the store does not grow for ever. */
public final class Retention {

    private static final int ENDED_JOBS_KEPT = 10_000;
    private static final Duration EVERY = Duration.ofSeconds(10);

    private final EventLoop loop;
    private final Turns turns;
    private final ClusterModel model;

    public Retention(EventLoop loop, Turns turns, ClusterModel model) {
        this.loop = loop;
        this.turns = turns;
        this.model = model;
    }

    public void begin() {
        sweepAfter(EVERY);
    }

    private void sweepAfter(Duration delay) {
        loop.schedule("retention", delay, turns.operation(turn -> {
            sweepAfter(removeOne(turn) ? Duration.ZERO : EVERY);
            return true;
        }));
    }

    private boolean removeOne(Turn turn) {
        Optional<JobRecord> oldest = model.oldestEndedBeyond(ENDED_JOBS_KEPT);
        oldest.ifPresent(turn::remove);
        return oldest.isPresent();
    }
}
