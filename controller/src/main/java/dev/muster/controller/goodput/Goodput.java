package dev.muster.controller.goodput;

import dev.muster.controller.goodput.RecentTraining.Change;
import java.time.Instant;
import java.util.OptionalDouble;

/** Where the time of a job, a queue or the cluster went, from its beginning and in the last hour. */
public final class Goodput {

    public static final Goodput NONE = new Goodput(GoodputReport.NONE, Change.NOTHING);

    private final GoodputReport report;
    private final Change lastHour;

    private Goodput(GoodputReport report, Change lastHour) {
        this.report = report;
        this.lastHour = lastHour;
    }

    public static Goodput of(JobLedger job, Instant now) {
        GoodputReport report = job.at(now);
        return new Goodput(report, job.recent().change(report, now));
    }

    /** @param whole of the queue, its jobs that have not ended included */
    public static Goodput of(GoodputLedger queue, GoodputReport whole, Instant now) {
        return new Goodput(whole, queue.recent().change(whole, now));
    }

    public Goodput plus(Goodput other) {
        return new Goodput(report.plus(other.report), lastHour.plus(other.lastHour));
    }

    public GoodputReport report() {
        return report;
    }

    /** The effective training time ratio of the last hour; empty when nothing was scheduled nor queued in it. */
    public OptionalDouble lastHourRatio() {
        return GoodputReport.ratio(lastHour.productive(), lastHour.wanted());
    }
}
