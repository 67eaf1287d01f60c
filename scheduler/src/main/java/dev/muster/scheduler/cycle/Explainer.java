package dev.muster.scheduler.cycle;

import dev.muster.scheduler.cycle.Verdict.Blocked;
import dev.muster.scheduler.cycle.Verdict.Startable;
import dev.muster.scheduler.explain.Explanation;
import dev.muster.scheduler.explain.ReasonCode;
import dev.muster.scheduler.explain.Rejection;
import dev.muster.scheduler.explain.Remedy;
import dev.muster.scheduler.job.JobKey;
import dev.muster.scheduler.placement.GangPlacer;
import dev.muster.scheduler.plan.EarliestStart;
import dev.muster.scheduler.plan.Reservation;
import dev.muster.scheduler.workload.WaitingJob;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Says why a job waits, by asking again what the cycle asked, with the numbers of this moment; what would let it start; and when it
 * will. Changes nothing.
 */
final class Explainer {

    private static final int MOST_NAMED = 5;

    private final GangPlacer placer;
    private final CyclePolicy policy;
    private final SchedulingState state;
    private final Instant now;
    private final Tryout tryout;

    Explainer(GangPlacer placer, CyclePolicy policy, SchedulingState state, Instant now) {
        this.placer = placer;
        this.policy = policy;
        this.state = state;
        this.now = now;
        this.tryout = new Tryout(placer, state, state.agenda().reservations(), now);
    }

    /** Where the job would start now; the state is as before. */
    DryRun dryRun(WaitingJob job) {
        Verdict verdict = tryout.attempt(job);
        if (verdict instanceof Startable startable && !waitsInLine(job)) {
            return new DryRun(Optional.of(startable.start()), Optional.empty());
        }
        if (verdict instanceof Blocked blocked && mayForce(job, blocked)) {
            RoomMaker roomMaker = new RoomMaker(placer, policy, state, now);
            Optional<Start> forced = force(job, roomMaker);
            if (forced.isPresent()) {
                return new DryRun(forced, Optional.empty());
            }
            if (roomMaker.protectedUntil().isPresent()) {
                return waits(job, minRuntime(job, roomMaker.protectedUntil()), roomMaker.protectedUntil());
            }
        }
        return waits(job, rejection(job, verdict), Optional.empty());
    }

    Explanation explain(WaitingJob job) {
        return dryRun(job).explanation().orElseGet(() -> Explanation.of(nothing(job)));
    }

    /** Without suggestions, and without looking for what is not planned. */
    Explanation brief(WaitingJob job) {
        Optional<Reservation> plan = state.agenda().of(job.key());
        Optional<Optional<Instant>> claim =
                state.agenda().refusal(job, state.cluster().version());
        Optional<Instant> protectedUntil = claim.flatMap(known -> known).filter(moment -> moment.isAfter(now));
        Rejection rejection =
                protectedUntil.isPresent() ? minRuntime(job, protectedUntil) : rejection(job, tryout.attempt(job));
        return new Explanation(
                rejection,
                List.of(),
                protectedUntil.or(() -> plan.map(Reservation::startAt)),
                plan.map(Reservation::waitsFor).orElse(List.of()));
    }

    /** How the job would start by force, taken back at once. */
    private Optional<Start> force(WaitingJob job, RoomMaker roomMaker) {
        boolean waits = state.workload().waiting(job.key()).isPresent();
        Optional<Start> forced = roomMaker.makeRoom(job, tryout);
        forced.ifPresent(start -> Application.undo(start, state));
        if (!waits) {
            state.workload().withdraw(job.key());
        }
        return forced;
    }

    private boolean mayForce(WaitingJob job, Blocked blocked) {
        return (blocked.code() == ReasonCode.CAPACITY || blocked.code() == ReasonCode.QUOTA)
                && policy.order() == CyclePolicy.Order.MUSTER
                && !state.agenda().isQuiet(job.key());
    }

    /** Under a strict order, whether another waiting job comes first. */
    private boolean waitsInLine(WaitingJob job) {
        return policy.order().isStrict()
                && first().filter(first -> !first.equals(job.key())).isPresent();
    }

    private Optional<JobKey> first() {
        return state.workload().backlogs().stream()
                .flatMap(queue -> state.workload().cohorts(queue).stream())
                .filter(cohort -> !cohort.held())
                .map(cohort -> cohort.jobs().first())
                .filter(job -> tryout.admission().lasting(job).isEmpty())
                .min(policy.order().comparator())
                .map(WaitingJob::key);
    }

    private Rejection rejection(WaitingJob job, Verdict verdict) {
        if (verdict instanceof Startable) {
            return waitsInLine(job) ? order(job) : nothing(job);
        }
        Blocked blocked = (Blocked) verdict;
        if (blocked.rejection().isPresent()) {
            return blocked.rejection().get();
        }
        if (blocked.code() == ReasonCode.RESERVED) {
            return reserved(job);
        }
        return placer.place(tryout.admission().withinQuota(job), state.cluster())
                .refused()
                .orElseGet(() -> nothing(job));
    }

    private Rejection order(WaitingJob job) {
        String ahead = first().map(JobKey::toString).orElse("another job");
        return Rejection.of(
                ReasonCode.ORDER,
                Remedy.WAIT,
                job.key().name() + " fits, but the order is strict and " + ahead + " comes first");
    }

    private Rejection reserved(WaitingJob job) {
        Optional<Reservation> plan = state.agenda().reservations().stream()
                .filter(made -> !made.job().key().equals(job.key()))
                .findFirst();
        String length = job.walltime()
                .map(walltime -> "would run until " + now.plus(walltime))
                .orElse("names no walltime, so it may run for ever");
        String keeper = plan.map(made -> made.job().key() + " is to start on these hosts at " + made.startAt())
                .orElse("the free hosts go into maintenance before");
        return Rejection.of(
                ReasonCode.RESERVED,
                Remedy.WAIT,
                "has room, but it " + length + ", and " + keeper + "; it starts when it is in nobody's way");
    }

    private static Rejection minRuntime(WaitingJob job, Optional<Instant> until) {
        String when = until.map(moment -> " until " + moment).orElse("");
        return Rejection.of(
                ReasonCode.MIN_RUNTIME,
                Remedy.PREEMPTION,
                job.key().name() + " may preempt the jobs in its way, but they are within their minimum runtime"
                        + when);
    }

    private static Rejection nothing(WaitingJob job) {
        return Rejection.of(
                ReasonCode.CAPACITY, Remedy.WAIT, job.key().name() + " fits now; the next cycle lets it start");
    }

    private DryRun waits(WaitingJob job, Rejection rejection, Optional<Instant> known) {
        List<String> suggestions = new Suggestions(tryout, state.queues()).of(job, rejection.code());
        Optional<Reservation> plan = switch (rejection.code()) {
            case HELD, INVALID, IMPOSSIBLE -> Optional.empty();
            case QUOTA, RESERVED, ORDER, MIN_RUNTIME, EXCLUDED, TOPOLOGY, CAPACITY -> plan(job);
        };
        Optional<Instant> start = plan.map(Reservation::startAt);
        Optional<Instant> expected =
                known.or(() -> rejection.code() == ReasonCode.ORDER ? start.flatMap(this::notBeforeTheFirst) : start);
        List<JobKey> waitsFor = plan.map(Reservation::waitsFor).orElse(List.of());
        return new DryRun(
                Optional.empty(),
                Optional.of(new Explanation(
                        rejection,
                        suggestions,
                        expected,
                        waitsFor.stream().limit(MOST_NAMED).toList())));
    }

    /** Under a strict order nobody starts before the first in line does; empty when nobody knows when that is. */
    private Optional<Instant> notBeforeTheFirst(Instant start) {
        return first().flatMap(state.workload()::waiting)
                .flatMap(this::plan)
                .map(Reservation::startAt)
                .map(before -> before.isAfter(start) ? before : start);
    }

    private Optional<Reservation> plan(WaitingJob job) {
        return state.agenda()
                .of(job.key())
                .filter(made -> made.job().equals(job))
                .or(() -> EarliestStart.find(placer, tryout.timetable(), job));
    }
}
