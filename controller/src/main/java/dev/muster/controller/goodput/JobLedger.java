package dev.muster.controller.goodput;

import dev.muster.controller.goodput.AttemptLedger.Stage;
import dev.muster.controller.state.Progress;
import dev.muster.controller.state.StopCause;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Optional;

/**
 * Where the accelerator time of one job went: from the placement of each attempt to its end every accelerator
 * millisecond, of spares too, is in exactly one bucket.
 *
 * <p>What a stretch of time was often shows only at its end, so it is pending until then:
 *
 * <ul>
 *   <li>Placed until every rank runs: starting.
 *   <li>Until the first progress: restoring when there is a checkpoint to load, else starting; unknown as long as the
 *       job has never reported progress at all. A program that reports its step as soon as it is ready is accounted
 *       best.
 *   <li>Between two reports: what the attempt was longer blocked in saves is checkpointing. The rest is divided by
 *       steps: those above the highest step ever reached are productive, the others recomputing. A step back is restoring.
 *       A report of the same step tells nothing, the time stays pending.
 *   <li>From the last progress to a stop: hung when something had failed, since nobody progressed until that was
 *       detected; after a planned stop or a success it is what the steps before it were.
 *   <li>From the request of a planned stop to the end of the attempt: draining. From the detection of a failure to the
 *       end: starting, since it is part of what a restart costs; hosts go over to the next attempt then.
 *   <li>Spares: idle, always.
 * </ul>
 *
 * <p>A clock that is set back makes no time negative: the ledger goes on counting from there. All fields are plain and
 * can be stored; time during which no controller ran is accounted for when one is back.
 *
 * @param accelerators those the job waits for while it is queued, spares not counted
 * @param settled time whose bucket is known; each only grows
 * @param queuedMillis how long the job waited while eligible, without the present wait
 * @param queuedSince the beginning of the present wait
 * @param highestStep the highest step ever reported; {@link #NEVER} before the first report
 * @param recent for the ratio of the last hour
 * @param secondOrder what failures of this job cost others, and theirs this one
 */
public record JobLedger(
        long accelerators,
        Buckets settled,
        long queuedMillis,
        Optional<Instant> queuedSince,
        long highestStep,
        Optional<AttemptLedger> attempt,
        RecentTraining recent,
        SecondOrder secondOrder) {

    public static final long NEVER = -1;

    /** The ledger of a job that was just submitted and does not wait yet. */
    public static JobLedger opened(long accelerators) {
        return new JobLedger(
                accelerators,
                Buckets.NONE,
                0,
                Optional.empty(),
                NEVER,
                Optional.empty(),
                RecentTraining.NONE,
                SecondOrder.NONE);
    }

    /** It waits to be placed, and may be. */
    public JobLedger queued(Instant now) {
        return queuedSince.isPresent() ? this : withQueue(queuedMillis, Optional.of(now));
    }

    /** It does not wait any more, or is held. */
    public JobLedger notQueued(Instant now) {
        return queuedSince.isEmpty() ? this : withQueue(queuedUntil(now), Optional.empty());
    }

    /** An attempt got its hosts. */
    public JobLedger placed(long gangAccelerators, long spareAccelerators, boolean hasCheckpoint, Instant now) {
        AttemptLedger next =
                new AttemptLedger(gangAccelerators, spareAccelerators, hasCheckpoint, Stage.PLACED, NEVER, 0, now, 0);
        JobLedger placed = ended(now).notQueued(now).with(next);
        return placed.with(placed.secondOrder.requeued(false));
    }

    /** Every rank runs. */
    public JobLedger running(Instant now) {
        JobLedger ledger = seen(now);
        return ledger.attempt
                .filter(open -> open.stage() == Stage.PLACED)
                .map(open -> ledger.settle(Bucket.STARTING).in(Stage.RUNNING))
                .orElse(ledger);
    }

    /** The ranks said how far they are. */
    public JobLedger progress(Progress progress, Instant now) {
        JobLedger ledger = running(now);
        long step = Math.max(0, progress.step());
        return ledger.attempt
                .map(open -> switch (open.stage()) {
                    case PLACED, RUNNING ->
                        ledger.saved(progress).settle(firstStretch(open)).stepping(step);
                    case STEPPING ->
                        ledger.saved(progress).steps(open.step(), step).stepping(step);
                    case DRAINING, CLEARING_UP -> ledger.reached(step);
                })
                .orElse(ledger);
    }

    /** The attempt is being stopped, or for another reason than before. */
    public JobLedger stopping(StopCause.Kind kind, Instant now) {
        JobLedger ledger = seen(now);
        Stage next = kind.isPlanned() ? Stage.DRAINING : Stage.CLEARING_UP;
        JobLedger stopping = ledger.attempt
                .map(open -> open.stage() == Stage.STEPPING && !kind.isPlanned() ? Bucket.HUNG : ledger.usual(open))
                .map(tail -> ledger.settle(tail).in(next))
                .orElse(ledger);
        return stopping.with(stopping.secondOrder.closed().requeued(!kind.isPlanned()));
    }

    /** Spares with this many accelerators are held no more. */
    public JobLedger spareReleased(long spareAccelerators, Instant now) {
        JobLedger ledger = seen(now);
        return ledger.attempt
                .map(open -> ledger.with(open.withoutSpares(spareAccelerators)))
                .orElse(ledger);
    }

    /** The attempt's hosts are free. One that was not being stopped has succeeded. */
    public JobLedger ended(Instant now) {
        JobLedger ledger = seen(now);
        return ledger.attempt
                .map(open -> ledger.settle(ledger.usual(open)))
                .map(settled -> settled.with(Optional.empty()))
                .orElse(ledger);
    }

    /** Where the time went until now; what is pending counts as what it will be if nothing fails. */
    public GoodputReport at(Instant now) {
        JobLedger ledger = seen(now);
        JobLedger then =
                ledger.attempt.map(open -> ledger.settle(ledger.usual(open))).orElse(ledger);
        long queued = queuedUntil(now);
        return new GoodputReport(
                then.settled,
                queued,
                Math.multiplyExact(queued, accelerators),
                then.secondOrder.sufferedSoFar(),
                then.secondOrder.caused());
    }

    /** The attempt is being stopped so that a job can start again which a failure had stopped. */
    public JobLedger charged(SecondOrder.Cause cause) {
        return with(secondOrder.charged(cause));
    }

    /** Nothing more is charged; it has ended. */
    public JobLedger chargeClosed() {
        return with(secondOrder.closed());
    }

    /** The closed charge was handed to its cause. */
    public JobLedger chargeHandedOver() {
        return with(secondOrder.handedOver());
    }

    /** A failure of this job cost others this much. */
    public JobLedger causing(long acceleratorMillis) {
        return with(secondOrder.causing(acceleratorMillis));
    }

    /** With a mark for the ratio of the last hour, when it is time for one. */
    JobLedger marked(Instant now) {
        return recent.isDue(now) ? with(recent.with(at(now), now)) : this;
    }

    private long queuedUntil(Instant now) {
        long waiting = queuedSince
                .map(since -> Math.subtractExact(now.toEpochMilli(), since.toEpochMilli()))
                .orElse(0L);
        return Math.addExact(queuedMillis, Math.max(0, waiting));
    }

    /** The bucket of time that passes undisturbed at this stage. */
    private Bucket usual(AttemptLedger open) {
        return switch (open.stage()) {
            case PLACED, CLEARING_UP -> Bucket.STARTING;
            case RUNNING -> beforeProgress(open);
            case STEPPING -> open.step() < highestStep ? Bucket.RECOMPUTING : Bucket.PRODUCTIVE;
            case DRAINING -> Bucket.DRAINING;
        };
    }

    private Bucket beforeProgress(AttemptLedger open) {
        return highestStep == NEVER ? Bucket.UNKNOWN : firstStretch(open);
    }

    private static Bucket firstStretch(AttemptLedger open) {
        return open.resumes() ? Bucket.RESTORING : Bucket.STARTING;
    }

    /** Brings the account up to now: spares are idle, what the gang does is pending. */
    private JobLedger seen(Instant now) {
        return attempt.map(open -> {
                    long elapsed = open.elapsedMillis(now);
                    AttemptLedger later = open.seen(now, Math.addExact(open.pendingMillis(), elapsed));
                    return settled(Bucket.IDLE_SPARE, elapsed, open.spareAccelerators())
                            .with(later);
                })
                .orElse(this);
    }

    /** All that is pending goes to one bucket. */
    private JobLedger settle(Bucket bucket) {
        return attempt.map(open -> settled(bucket, open.pendingMillis(), open.accelerators())
                        .with(open.seen(open.seenAt(), 0)))
                .orElse(this);
    }

    /** What the attempt was longer blocked in saves than it had said before. */
    private JobLedger saved(Progress progress) {
        return attempt.map(open -> {
                    long soFar = Math.round(Math.max(0, progress.checkpointSeconds()) * 1000);
                    long newly = Math.min(open.pendingMillis(), Math.max(0, soFar - open.savedMillis()));
                    return settled(Bucket.CHECKPOINTING, newly, open.accelerators())
                            .with(open.saved(soFar, newly));
                })
                .orElse(this);
    }

    /** All that is pending was spent to come from one step to the other. */
    private JobLedger steps(long from, long to) {
        if (to == from) {
            return this;
        }
        if (to < from) {
            return settle(Bucket.RESTORING);
        }
        long fresh = Math.max(0, to - Math.max(from, highestStep));
        JobLedger stepped = attempt.map(open -> {
                    long productive = share(open.pendingMillis(), fresh, to - from);
                    return settled(Bucket.PRODUCTIVE, productive, open.accelerators())
                            .with(open.seen(open.seenAt(), open.pendingMillis() - productive))
                            .settle(Bucket.RECOMPUTING);
                })
                .orElse(this);
        return fresh > 0 ? stepped.chargeClosed() : stepped;
    }

    /** {@code amount * part / whole}, rounded down, for a part that is at most the whole. */
    private static long share(long amount, long part, long whole) {
        return BigInteger.valueOf(amount)
                .multiply(BigInteger.valueOf(part))
                .divide(BigInteger.valueOf(whole))
                .longValueExact();
    }

    private JobLedger stepping(long step) {
        return attempt.map(open -> with(open.in(Stage.STEPPING).at(step)))
                .orElse(this)
                .reached(step);
    }

    private JobLedger in(Stage stage) {
        return attempt.map(open -> with(open.in(stage))).orElse(this);
    }

    private JobLedger settled(Bucket bucket, long millis, long ofAccelerators) {
        long amount = Math.multiplyExact(millis, ofAccelerators);
        return new JobLedger(
                accelerators,
                settled.plus(bucket, amount),
                queuedMillis,
                queuedSince,
                highestStep,
                attempt,
                recent,
                secondOrder.lost(bucket, amount));
    }

    private JobLedger reached(long step) {
        return new JobLedger(
                accelerators,
                settled,
                queuedMillis,
                queuedSince,
                Math.max(highestStep, step),
                attempt,
                recent,
                secondOrder);
    }

    private JobLedger withQueue(long waitedMillis, Optional<Instant> since) {
        return new JobLedger(accelerators, settled, waitedMillis, since, highestStep, attempt, recent, secondOrder);
    }

    private JobLedger with(AttemptLedger open) {
        return with(Optional.of(open));
    }

    private JobLedger with(Optional<AttemptLedger> open) {
        return new JobLedger(accelerators, settled, queuedMillis, queuedSince, highestStep, open, recent, secondOrder);
    }

    private JobLedger with(RecentTraining marks) {
        return new JobLedger(
                accelerators, settled, queuedMillis, queuedSince, highestStep, attempt, marks, secondOrder);
    }

    private JobLedger with(SecondOrder change) {
        return new JobLedger(accelerators, settled, queuedMillis, queuedSince, highestStep, attempt, recent, change);
    }
}
