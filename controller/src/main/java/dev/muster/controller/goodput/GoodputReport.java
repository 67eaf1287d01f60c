package dev.muster.controller.goodput;

import java.util.OptionalDouble;

/**
 * Where time went up to some moment.
 *
 * @param buckets add up to the allocated accelerator time, that of spares included
 * @param queuedMillis how long the job, or all jobs together, waited while eligible
 * @param queuedAcceleratorMillis the same, times the accelerators waited for
 * @param sufferedAcceleratorMillis the part of the buckets that was lost to preemptions which failures of other jobs caused
 * @param causedAcceleratorMillis what other jobs lost that way to failures here
 */
public record GoodputReport(
        Buckets buckets,
        long queuedMillis,
        long queuedAcceleratorMillis,
        long sufferedAcceleratorMillis,
        long causedAcceleratorMillis) {

    public static final GoodputReport NONE = new GoodputReport(Buckets.NONE, 0, 0, 0, 0);

    /** Accelerator milliseconds. */
    public long allocated() {
        return buckets.total();
    }

    GoodputReport plus(GoodputReport other) {
        return new GoodputReport(
                buckets.plus(other.buckets),
                Math.addExact(queuedMillis, other.queuedMillis),
                Math.addExact(queuedAcceleratorMillis, other.queuedAcceleratorMillis),
                Math.addExact(sufferedAcceleratorMillis, other.sufferedAcceleratorMillis),
                Math.addExact(causedAcceleratorMillis, other.causedAcceleratorMillis));
    }

    GoodputReport causing(long acceleratorMillis) {
        return new GoodputReport(
                buckets,
                queuedMillis,
                queuedAcceleratorMillis,
                sufferedAcceleratorMillis,
                Math.addExact(causedAcceleratorMillis, acceleratorMillis));
    }

    /** Accelerator milliseconds in which the gang, without spares, trained or could have. */
    long wanted() {
        return Math.addExact(allocated() - buckets.amount(Bucket.IDLE_SPARE), queuedAcceleratorMillis);
    }

    /**
     * The effective training time ratio: productive time over the time the gang was scheduled or queued while eligible,
     * each weighted with the gang's accelerators. Spares do not count here, since they make no job longer; they are in
     * {@link #allocated}. Empty while nothing was scheduled nor queued.
     */
    public OptionalDouble effectiveTrainingTimeRatio() {
        return ratio((double) buckets.amount(Bucket.PRODUCTIVE), (double) wanted());
    }

    static OptionalDouble ratio(double productive, double wanted) {
        return wanted > 0 ? OptionalDouble.of(Math.min(1, productive / wanted)) : OptionalDouble.empty();
    }
}
