package dev.muster.scheduler.cycle;

import dev.muster.scheduler.cycle.CyclePolicy.Order;
import dev.muster.scheduler.cycle.Verdict.Blocked;
import dev.muster.scheduler.cycle.Verdict.Startable;
import dev.muster.scheduler.explain.ReasonCode;
import dev.muster.scheduler.placement.GangPlacer;
import dev.muster.scheduler.plan.EarliestStart;
import dev.muster.scheduler.plan.Reservation;
import dev.muster.scheduler.queue.Head;
import dev.muster.scheduler.queue.QueueTurns;
import dev.muster.scheduler.workload.Cohort;
import dev.muster.scheduler.workload.WaitingJob;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** One cycle from its first turn to its last. */
final class CycleRun {

    /** Looking for a planned start costs as much as what runs, so it is not tried for every job. */
    private static final int MOST_PLANS_TRIED = 16;

    private final GangPlacer placer;
    private final CyclePolicy policy;
    private final SchedulingState state;
    private final Instant now;
    private final int mostStarts;
    private final Tryout tryout;
    private final RoomMaker roomMaker;
    private final Turns turns;
    private final List<Start> starts = new ArrayList<>();
    private final SortedMap<ReasonCode, Integer> waiting = new TreeMap<>();
    private final SortedMap<String, Integer> plansOfQueue = new TreeMap<>();
    private Optional<Instant> nextChange = Optional.empty();
    private int plansTried;

    CycleRun(GangPlacer placer, CyclePolicy policy, SchedulingState state, Instant now, int mostStarts) {
        this.placer = placer;
        this.policy = policy;
        this.state = state;
        this.now = now;
        this.mostStarts = mostStarts;
        this.tryout = new Tryout(placer, state, List.of(), now);
        this.roomMaker = new RoomMaker(placer, policy, state, now);
        this.turns = Turns.of(policy.order(), state);
    }

    CycleResult run() {
        state.agenda().begin();
        state.queues().advance(now);
        state.queues().capacity(state.cluster().capacity());
        for (String queue : state.workload().backlogs()) {
            boolean known = state.queues().takesJobs(queue);
            for (Cohort cohort : state.workload().cohorts(queue)) {
                if (known) {
                    turns.add(new Line(cohort));
                } else {
                    count(ReasonCode.INVALID, cohort.jobs().size());
                }
            }
        }
        for (Optional<Line> line = turns.next(); line.isPresent(); line = turns.next()) {
            take(line.get());
            if (starts.size() >= mostStarts) {
                turns.stop().forEach(behind -> count(ReasonCode.ORDER, behind.waiting()));
            }
        }
        List<Change> growths = policy.elasticity() ? new Growth(placer, state, tryout).grow() : List.of();
        state.agenda().plan(tryout.reservations());
        return new CycleResult(starts, growths, waiting, nextChange);
    }

    private void take(Line line) {
        WaitingJob job = line.head().orElseThrow();
        Verdict verdict = tryout.attempt(job);
        if (verdict instanceof Startable startable) {
            start(startable.start(), line);
            return;
        }
        Blocked blocked = (Blocked) verdict;
        // A start that is tried and taken back puts its job into a new cohort; counted is what waits now.
        int inLine = line.waiting();
        Optional<Start> forced = mayForce(job, blocked) ? roomMaker.makeRoom(job, tryout) : Optional.empty();
        if (forced.isPresent()) {
            startByForce(forced.get(), line);
            return;
        }
        roomMaker.protectedUntil().ifPresent(this::noteChange);
        blocked(
                line,
                job,
                roomMaker.protectedUntil().isPresent() ? Blocked.of(ReasonCode.MIN_RUNTIME) : blocked,
                inLine);
    }

    private boolean mayForce(WaitingJob job, Blocked blocked) {
        boolean worthwhile = blocked.code() == ReasonCode.CAPACITY || blocked.code() == ReasonCode.QUOTA;
        roomMaker.forget();
        return worthwhile && policy.order() == Order.MUSTER && !state.agenda().isQuiet(job.key());
    }

    private void start(Start start, Line line) {
        Application.apply(start, state);
        starts.add(start);
        count(ReasonCode.RESERVED, line.advance());
        turns.add(line);
    }

    private void startByForce(Start start, Line line) {
        start.preemptions().stream()
                .filter(preemption -> preemption.left().isEmpty())
                .forEach(
                        preemption -> state.agenda().evicted(preemption.victim().key()));
        starts.add(start);
        tryout.roomCameBack();
        count(ReasonCode.RESERVED, line.advance());
        turns.add(line);
        turns.rebuild();
    }

    private void blocked(Line line, WaitingJob job, Blocked blocked, int inLine) {
        boolean lasting = isLasting(blocked);
        if (policy.order().isStrict() && !lasting) {
            count(blocked.code(), inLine);
            turns.stop().forEach(behind -> count(ReasonCode.ORDER, behind.waiting()));
            return;
        }
        if (policy.backfill() && !lasting) {
            plan(job);
        }
        if (blocked.byLength()) {
            count(blocked.code(), line.advancePastLonger());
            turns.add(line);
        } else {
            count(blocked.code(), inLine);
        }
    }

    /** Whether the job could not start even if nothing ran. */
    private static boolean isLasting(Blocked blocked) {
        return switch (blocked.code()) {
            case HELD, INVALID, IMPOSSIBLE -> true;
            case QUOTA, RESERVED, ORDER, MIN_RUNTIME, EXCLUDED, TOPOLOGY, CAPACITY -> false;
        };
    }

    private void plan(WaitingJob job) {
        boolean full = tryout.reservations().size() >= policy.plans()
                || plansOfQueue.getOrDefault(job.queue(), 0) >= policy.plansPerQueue();
        if (full || plansTried >= MOST_PLANS_TRIED) {
            return;
        }
        plansTried++;
        Optional<Reservation> reservation = EarliestStart.find(placer, tryout.timetable(), job);
        reservation.ifPresent(made -> {
            tryout.plan(made);
            plansOfQueue.merge(job.queue(), 1, Integer::sum);
            noteChange(made.startAt());
        });
    }

    private void noteChange(Instant moment) {
        if (moment.isAfter(now)
                && nextChange.filter(known -> !moment.isBefore(known)).isEmpty()) {
            nextChange = Optional.of(moment);
        }
    }

    private void count(ReasonCode code, int jobs) {
        if (jobs > 0) {
            waiting.merge(code, jobs, Integer::sum);
        }
    }

    /** In which order the lines come up. */
    interface Turns {
        void add(Line line);

        Optional<Line> next();

        /** Places may have become better. */
        void rebuild();

        /** Nobody else gets a turn; answers who would have. */
        List<Line> stop();

        static Turns of(Order order, SchedulingState state) {
            return order == Order.MUSTER ? new SharedTurns(state) : new StrictTurns(order);
        }
    }

    /** Guaranteed share, priority, fair share, age. */
    private static final class SharedTurns implements Turns {
        private final QueueTurns<Line> turns;

        SharedTurns(SchedulingState state) {
            this.turns = new QueueTurns<>(
                    state.queues(),
                    Line::queue,
                    line -> line.head()
                            .map(job ->
                                    new Head(isGuaranteed(job, state), job.priority(), Order.place(job), job.key())));
        }

        private static boolean isGuaranteed(WaitingJob job, SchedulingState state) {
            return state.queues().takesJobs(job.queue())
                    && state.queues().staysGuaranteed(job.queue(), job.request().leastTotal());
        }

        @Override
        public void add(Line line) {
            turns.add(line);
        }

        @Override
        public Optional<Line> next() {
            return turns.next();
        }

        @Override
        public void rebuild() {
            turns.rebuild();
        }

        @Override
        public List<Line> stop() {
            List<Line> left = new ArrayList<>();
            for (Optional<Line> line = turns.next(); line.isPresent(); line = turns.next()) {
                left.add(line.get());
            }
            return left;
        }
    }
}
