package dev.muster.controller.goodput;

import java.util.OptionalDouble;

/**
 * Where time went up to some moment.
 *
 * @param buckets add up to the allocated accelerator time, that of spares included
 * @param queuedMillis how long the job, or all jobs together, waited while eligible
 * @param queuedAcceleratorMillis the same, times the accelerators waited for
 */
public record GoodputReport(Buckets buckets, long queuedMillis, long queuedAcceleratorMillis) {

    /** Accelerator milliseconds. */
    public long allocated() {
        return buckets.total();
    }

    GoodputReport plus(GoodputReport other) {
        return new GoodputReport(
                buckets.plus(other.buckets),
                Math.addExact(queuedMillis, other.queuedMillis),
                Math.addExact(queuedAcceleratorMillis, other.queuedAcceleratorMillis));
    }

    /**
     * The effective training time ratio: productive time over the time the gang was scheduled or queued while eligible,
     * each weighted with the gang's accelerators. Spares do not count here, since they make no job longer; they are in
     * {@link #allocated}. Empty while nothing was scheduled nor queued.
     */
    public OptionalDouble effectiveTrainingTimeRatio() {
        long gang = allocated() - buckets.amount(Bucket.IDLE_SPARE);
        double wanted = (double) gang + queuedAcceleratorMillis;
        return wanted > 0 ? OptionalDouble.of(buckets.amount(Bucket.PRODUCTIVE) / wanted) : OptionalDouble.empty();
    }
}
