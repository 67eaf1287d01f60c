package dev.muster.scheduler.queue;

/**
 * A resource of which a queue would use too much.
 *
 * @param queue the one whose maximum binds: that of the job, or one above
 * @param used what it uses already
 * @param wanted what is asked for in addition
 */
public record QuotaExcess(String queue, String resource, long max, long used, long wanted) {

    /** What may still be used. */
    public long available() {
        return Math.max(0, max - used);
    }
}
