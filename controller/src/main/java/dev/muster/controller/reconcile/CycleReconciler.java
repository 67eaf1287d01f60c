package dev.muster.controller.reconcile;

import dev.muster.controller.loop.EventLoop;
import dev.muster.controller.loop.Timer;
import dev.muster.controller.model.ClusterModel;
import dev.muster.controller.model.Turn;
import dev.muster.controller.model.Turns;
import dev.muster.controller.scheduling.GangScheduling;
import dev.muster.controller.scheduling.GangScheduling.Decision;
import dev.muster.controller.scheduling.GangScheduling.PlannedStart;
import dev.muster.controller.scheduling.GangScheduling.Preempted;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Runs scheduling cycles when something changed and turns their starts into attempts. */
public final class CycleReconciler {

    /** Each start writes a job, an attempt, a ledger and a line of history, and a turn must fit into one transaction. */
    private static final int STARTS_A_TURN = 20;

    private final EventLoop loop;
    private final Turns turns;
    private final ClusterModel model;
    private final GangScheduling scheduling;
    private final JobReconciler jobs;
    private final NodeReconciler nodes;
    /**
     * After a change of leader hosts report within a second or so of each other. Cycles wait for that and not for hosts that
     * never come back: each host in sight has said what it holds, so placing there is safe, and what is out of sight is out of
     * reach anyway. Only stopping others has to wait until the rest is judged.
     */
    private static final Duration GATHERING = Duration.ofSeconds(1);

    private static final Duration QUIET = Duration.ofMillis(500);
    private boolean gathered;
    private Optional<Timer> wakeUp = Optional.empty();

    public CycleReconciler(
            EventLoop loop,
            Turns turns,
            ClusterModel model,
            GangScheduling scheduling,
            JobReconciler jobs,
            NodeReconciler nodes) {
        this.loop = loop;
        this.turns = turns;
        this.model = model;
        this.scheduling = scheduling;
        this.jobs = jobs;
        this.nodes = nodes;
    }

    /** From now on each request leads to a cycle. */
    public void begin() {
        scheduling.cycles().bind(this::queueCycle);
        scheduling.requestCycle();
        gatherFor(GATHERING);
    }

    private void gatherFor(Duration delay) {
        loop.schedule("gather", delay, turns.operation(turn -> {
            Instant quietAt = nodes.lastReturn().equals(Instant.MIN)
                    ? turn.now()
                    : nodes.lastReturn().plus(QUIET);
            if (quietAt.isAfter(turn.now())) {
                gatherFor(Duration.between(turn.now(), quietAt));
            } else {
                gathered = true;
                scheduling.requestCycle();
            }
            return true;
        }));
    }

    private void queueCycle() {
        loop.tell("cycle", turns.operation(turn -> {
            scheduling.cycles().taken();
            if (gathered || nodes.unheard() == 0) {
                cycle(turn);
            }
            return true;
        }));
    }

    private void cycle(Turn turn) {
        Decision decision = scheduling.decide(model::job, STARTS_A_TURN, nodes.unheard() == 0, turn.now());
        for (PlannedStart start : decision.starts()) {
            jobs.start(start.job(), start.placement(), turn);
        }
        for (Preempted preempted : decision.preempted()) {
            model.job(preempted.victim()).ifPresent(victim -> jobs.preempt(victim, preempted.by(), turn));
        }
        decision.growing().flatMap(model::job).ifPresent(job -> jobs.grow(job, turn));
        wakeUp.ifPresent(Timer::cancel);
        wakeUp = decision.nextChange().map(moment -> wakeAt(moment, turn.now()));
    }

    /** Time alone may let a job start: a planned start has come, or the end of a protection. */
    private Timer wakeAt(Instant moment, Instant now) {
        return loop.schedule("planned-start", Duration.between(now, moment), turns.operation(turn -> {
            scheduling.requestCycle();
            return true;
        }));
    }
}
