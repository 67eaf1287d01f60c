package dev.muster.controller.goodput;

import java.time.Instant;

/**
 * Where the accelerator time of all jobs of a queue went. Jobs that have ended are kept as one sum, so that their own
 * ledgers may be forgotten; those that have not are added when somebody asks.
 *
 * @param ended the sum over all jobs that have ended; each amount only grows
 * @param recent marks of all jobs of the queue
 */
public record GoodputLedger(GoodputReport ended, RecentTraining recent) {

    public static final GoodputLedger NONE = new GoodputLedger(GoodputReport.NONE, RecentTraining.NONE);

    /** The ledger of a queue that gets its first job. */
    public static GoodputLedger opened(Instant now) {
        return new GoodputLedger(GoodputReport.NONE, RecentTraining.NONE.with(GoodputReport.NONE, now));
    }

    /** One more job has ended; to be stored together with its end, so that it counts exactly once. */
    public GoodputLedger withEnded(JobLedger job, Instant now) {
        return new GoodputLedger(ended.plus(job.at(now)), recent);
    }

    /** A failure of a job that has ended cost others this much. */
    public GoodputLedger causing(long acceleratorMillis) {
        return new GoodputLedger(ended.causing(acceleratorMillis), recent);
    }

    /** Whether it is time for {@link #marked}. */
    public boolean isMarkDue(Instant now) {
        return recent.isDue(now);
    }

    /** @param whole of the queue, its jobs that have not ended included */
    public GoodputLedger marked(GoodputReport whole, Instant now) {
        return new GoodputLedger(ended, recent.with(whole, now));
    }

    /** Where the time went until now. */
    public GoodputReport at(Iterable<JobLedger> jobsThatHaveNotEnded, Instant now) {
        GoodputReport sum = ended;
        for (JobLedger job : jobsThatHaveNotEnded) {
            sum = sum.plus(job.at(now));
        }
        return sum;
    }
}
