package dev.muster.controller.goodput;

import java.time.Instant;

/**
 * The open account of the present attempt.
 *
 * @param accelerators of the hosts with ranks
 * @param spareAccelerators of the spares held now
 * @param resumes whether there is a checkpoint to load
 * @param step the last one reported in this attempt; meaningful from {@link Stage#STEPPING} on
 * @param savedMillis how long the attempt said it was blocked in saves
 * @param seenAt the last moment that was accounted for
 * @param pendingMillis the time up to then that is in no bucket yet, since what it was shows only later
 */
public record AttemptLedger(
        long accelerators,
        long spareAccelerators,
        boolean resumes,
        Stage stage,
        long step,
        long savedMillis,
        Instant seenAt,
        long pendingMillis) {

    /** How far the attempt is. */
    public enum Stage {
        /** Not every rank runs. */
        PLACED,
        /** Every rank runs; none reported progress. */
        RUNNING,
        /** It reports progress. */
        STEPPING,
        /** A planned stop. */
        DRAINING,
        /** A stop after something failed. */
        CLEARING_UP
    }

    AttemptLedger in(Stage next) {
        return new AttemptLedger(
                accelerators, spareAccelerators, resumes, next, step, savedMillis, seenAt, pendingMillis);
    }

    /** With the last report; {@code newlySavedMillis} of the pending time are accounted for by the caller. */
    AttemptLedger saved(long savedSoFarMillis, long newlySavedMillis) {
        return new AttemptLedger(
                accelerators,
                spareAccelerators,
                resumes,
                stage,
                step,
                savedSoFarMillis,
                seenAt,
                pendingMillis - newlySavedMillis);
    }

    AttemptLedger at(long reportedStep) {
        return new AttemptLedger(
                accelerators, spareAccelerators, resumes, stage, reportedStep, savedMillis, seenAt, pendingMillis);
    }

    AttemptLedger withoutSpares(long count) {
        long left = Math.max(0, spareAccelerators - count);
        return new AttemptLedger(accelerators, left, resumes, stage, step, savedMillis, seenAt, pendingMillis);
    }

    AttemptLedger seen(Instant now, long pending) {
        return new AttemptLedger(accelerators, spareAccelerators, resumes, stage, step, savedMillis, now, pending);
    }

    /** Whole milliseconds since it was last seen; 0 when the clock was set back. Adds up exactly over many calls. */
    long elapsedMillis(Instant now) {
        return Math.max(0, Math.subtractExact(now.toEpochMilli(), seenAt.toEpochMilli()));
    }
}
