package dev.muster.controller.reconcile;

import dev.muster.controller.goodput.Goodput;
import dev.muster.controller.goodput.GoodputLedger;
import dev.muster.controller.goodput.GoodputReport;
import dev.muster.controller.loop.EventLoop;
import dev.muster.controller.model.ClusterModel;
import dev.muster.controller.model.Turn;
import dev.muster.controller.model.Turns;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Sums up the goodput of every queue once a minute, and stores a mark of it now and then for the ratio of the last hour.
 * The only walk over all jobs that goodput makes by itself, far from the way of any job.
 */
public final class GoodputMarks {

    private static final Duration EVERY = Duration.ofMinutes(1);

    /** A turn must fit into one transaction; the other queues have their marks in the turns after it. */
    static final int MARKS_A_TURN = 50;

    private final EventLoop loop;
    private final Turns turns;
    private final ClusterModel model;
    private final LedgerKeeper ledgers;
    private final Deque<String> due = new ArrayDeque<>();
    private SortedMap<String, Goodput> latest = Collections.emptySortedMap();
    private Instant summedAt = Instant.EPOCH;

    public GoodputMarks(EventLoop loop, Turns turns, ClusterModel model, LedgerKeeper ledgers) {
        this.loop = loop;
        this.turns = turns;
        this.model = model;
        this.ledgers = ledgers;
    }

    public void begin() {
        loop.schedule("goodput-marks", EVERY, turns.operation(turn -> {
            sum(turn.now());
            markSome(turn);
            begin();
            return true;
        }));
    }

    private void sum(Instant now) {
        latest = Collections.unmodifiableSortedMap(ledgers.byQueue(now));
        summedAt = now;
        due.clear();
        new TreeMap<>(model.goodputByQueue()).forEach((queue, ledger) -> {
            if (latest.containsKey(queue) && ledger.isMarkDue(now)) {
                due.add(queue);
            }
        });
    }

    private void markSome(Turn turn) {
        for (int marks = 0; marks < MARKS_A_TURN && !due.isEmpty(); marks++) {
            String queue = due.remove();
            GoodputLedger ledger = model.goodputByQueue().getOrDefault(queue, GoodputLedger.NONE);
            GoodputReport whole = latest.getOrDefault(queue, Goodput.NONE).report();
            turn.put(queue, ledger.marked(whole, summedAt));
        }
        if (!due.isEmpty()) {
            loop.tell("goodput-marks", turns.operation(next -> {
                markSome(next);
                return true;
            }));
        }
    }

    /** By queue, at most a minute old; empty in the first minute. Only on the loop thread. */
    public SortedMap<String, Goodput> latest() {
        return latest;
    }
}
