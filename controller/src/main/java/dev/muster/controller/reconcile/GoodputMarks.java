package dev.muster.controller.reconcile;

import dev.muster.controller.goodput.Goodput;
import dev.muster.controller.goodput.GoodputLedger;
import dev.muster.controller.loop.EventLoop;
import dev.muster.controller.model.ClusterModel;
import dev.muster.controller.model.Turn;
import dev.muster.controller.model.Turns;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Sums up the goodput of every queue once a minute, and stores a mark of it now and then for the ratio of the last hour.
 * The only walk over all jobs that goodput makes by itself, far from the way of any job.
 */
public final class GoodputMarks {

    private static final Duration EVERY = Duration.ofMinutes(1);

    /** A turn must fit into one transaction; the other queues have their marks a minute later. */
    private static final int MARKS_A_TURN = 50;

    private final EventLoop loop;
    private final Turns turns;
    private final ClusterModel model;
    private final LedgerKeeper ledgers;
    private SortedMap<String, Goodput> latest = Collections.emptySortedMap();

    public GoodputMarks(EventLoop loop, Turns turns, ClusterModel model, LedgerKeeper ledgers) {
        this.loop = loop;
        this.turns = turns;
        this.model = model;
        this.ledgers = ledgers;
    }

    public void begin() {
        loop.schedule("goodput-marks", EVERY, turns.operation(turn -> {
            mark(turn);
            begin();
            return true;
        }));
    }

    private void mark(Turn turn) {
        latest = Collections.unmodifiableSortedMap(ledgers.byQueue(turn.now()));
        int marks = 0;
        for (Map.Entry<String, GoodputLedger> entry : new TreeMap<>(model.goodputByQueue()).entrySet()) {
            Goodput whole = latest.get(entry.getKey());
            if (marks < MARKS_A_TURN && whole != null && entry.getValue().isMarkDue(turn.now())) {
                turn.put(entry.getKey(), entry.getValue().marked(whole.report(), turn.now()));
                marks++;
            }
        }
    }

    /** By queue, at most a minute old; empty in the first minute. Only on the loop thread. */
    public SortedMap<String, Goodput> latest() {
        return latest;
    }
}
