package dev.muster.controller.goodput;

import java.time.Instant;

/**
 * Where the accelerator time of all jobs went. Jobs that have ended are kept as one sum, so that their own ledgers may
 * be forgotten; those that have not are added when somebody asks.
 *
 * @param ended the sum over all jobs that have ended, final
 */
public record GoodputLedger(GoodputReport ended) {

    public static final GoodputLedger NONE = new GoodputLedger(new GoodputReport(Buckets.NONE, 0, 0));

    /** One more job has ended; to be stored together with its end, so that it counts exactly once. */
    public GoodputLedger withEnded(JobLedger job, Instant now) {
        return new GoodputLedger(ended.plus(job.at(now)));
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
