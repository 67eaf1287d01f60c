package dev.muster.controller.goodput;

import java.util.Optional;

/**
 * What failures of some jobs cost others. A job that a failure threw back into its queue may have to preempt others to
 * start again. What those lose by that, until they are where they were before, is charged to the failure; it stays in their
 * own buckets too, where the time was really spent.
 *
 * @param requeuedByFailure whether the job waits, or is about to, because of a failure
 * @param charge what it loses now to a failure of another job
 * @param suffered accelerator milliseconds lost to failures of others so far, without the present charge
 * @param caused accelerator milliseconds that others lost to failures of this job, as far as that is settled
 */
public record SecondOrder(boolean requeuedByFailure, Optional<Charge> charge, long suffered, long caused) {

    public static final SecondOrder NONE = new SecondOrder(false, Optional.empty(), 0, 0);

    /** The job whose failure is to blame, and its queue, which outlives it. */
    public record Cause(String jobUid, String queue) {}

    /**
     * One preemption's account.
     *
     * @param acceleratorMillis lost so far
     * @param closed whether nothing more comes to it, so that it can be handed to its cause
     */
    public record Charge(Cause cause, long acceleratorMillis, boolean closed) {

        Charge plus(long millis) {
            return closed ? this : new Charge(cause, Math.addExact(acceleratorMillis, millis), false);
        }

        Charge end() {
            return new Charge(cause, acceleratorMillis, true);
        }
    }

    /** Time that was not trained with; it counts only while something is charged. */
    SecondOrder lost(Bucket bucket, long acceleratorMillis) {
        boolean counts = switch (bucket) {
            case DRAINING, STARTING, RESTORING, RECOMPUTING -> true;
            case PRODUCTIVE, CHECKPOINTING, HUNG, IDLE_SPARE, UNKNOWN -> false;
        };
        return counts && charge.isPresent()
                ? new SecondOrder(requeuedByFailure, charge.map(open -> open.plus(acceleratorMillis)), suffered, caused)
                : this;
    }

    /** Opens a charge; one that is open already is another preemption's, and stays. */
    SecondOrder charged(Cause cause) {
        return charge.isPresent()
                ? this
                : new SecondOrder(requeuedByFailure, Optional.of(new Charge(cause, 0, false)), suffered, caused);
    }

    /** The job is where it was, or lost for a reason of its own. */
    SecondOrder closed() {
        return charge.isEmpty() ? this : new SecondOrder(requeuedByFailure, charge.map(Charge::end), suffered, caused);
    }

    /** The closed charge has been handed to its cause. */
    SecondOrder handedOver() {
        return new SecondOrder(requeuedByFailure, Optional.empty(), sufferedSoFar(), caused);
    }

    SecondOrder causing(long acceleratorMillis) {
        return new SecondOrder(requeuedByFailure, charge, suffered, Math.addExact(caused, acceleratorMillis));
    }

    SecondOrder requeued(boolean byFailure) {
        return byFailure == requeuedByFailure ? this : new SecondOrder(byFailure, charge, suffered, caused);
    }

    long sufferedSoFar() {
        return Math.addExact(suffered, charge.map(Charge::acceleratorMillis).orElse(0L));
    }
}
