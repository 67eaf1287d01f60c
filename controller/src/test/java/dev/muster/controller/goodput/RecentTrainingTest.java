package dev.muster.controller.goodput;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.muster.controller.state.Progress;
import dev.muster.controller.state.StopCause.Kind;
import java.time.Instant;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/** The ratio of the last hour, from marks that are few and bounded. */
class RecentTrainingTest {

    private static final Instant START = Instant.parse("2026-11-23T08:00:00Z");

    private static Instant at(double minutes) {
        return START.plusMillis(Math.round(minutes * 60_000));
    }

    private static GoodputReport report(long productiveMinutes, long wantedMinutes) {
        return new GoodputReport(
                new Buckets(Map.of(
                        Bucket.PRODUCTIVE,
                        productiveMinutes * 60_000,
                        Bucket.STARTING,
                        (wantedMinutes - productiveMinutes) * 60_000)),
                0,
                0,
                0,
                0);
    }

    private static double lastHour(RecentTraining marks, GoodputReport now, double minute) {
        return Goodput.of(new GoodputLedger(GoodputReport.NONE, marks), now, at(minute))
                .lastHourRatio()
                .orElse(Double.NaN);
    }

    @Test
    void onlyTheLastHourCounts() {
        RecentTraining marks = RecentTraining.NONE;
        for (int minute = 0; minute <= 600; minute += 5) {
            // Nothing is trained for nine hours, then everything is.
            marks = marks.with(report(Math.max(0, minute - 540), minute), at(minute));
        }
        assertThat(lastHour(marks, report(60, 600), 600)).isEqualTo(1.0);
        assertThat(lastHour(marks, report(60, 630), 630)).isEqualTo(0.5);
        assertThat(marks.marks()).hasSizeLessThan(15);
    }

    @Test
    void beforeAnHourHasPassedTheWholeTimeCounts() {
        RecentTraining marks = RecentTraining.NONE.with(report(0, 0), at(0));
        assertThat(lastHour(marks, report(8, 10), 10)).isEqualTo(0.8);
        assertThat(lastHour(RecentTraining.NONE, report(8, 10), 10)).isNaN();
    }

    @Test
    void betweenMarksTimeIsTakenToHavePassedEvenly() {
        RecentTraining marks = RecentTraining.NONE.with(report(0, 0), at(0)).with(report(100, 200), at(200));
        assertThat(lastHour(marks, report(110, 210), 210)).isCloseTo((110 - 75) / 60.0, within(1e-9));
    }

    @Test
    void aClockThatIsSetBackFillsNoMemory() {
        RecentTraining marks = RecentTraining.NONE;
        for (int i = 0; i < 1000; i++) {
            marks = marks.with(report(i, i), at(1000 - i % 7));
        }
        assertThat(marks.marks()).hasSizeLessThanOrEqualTo(20);
    }

    @Test
    void aJobsRatioOfTheLastHourForgetsAnEarlierDisaster() {
        JobLedger job = JobLedger.opened(1).queued(at(0)).marked(at(0));
        job = job.placed(1, 0, false, at(120)).marked(at(120)).running(at(120));
        for (int minute = 120; minute <= 240; minute++) {
            job = job.marked(at(minute)).progress(progress(minute), at(minute));
        }
        Goodput goodput = Goodput.of(job, at(240));
        assertThat(goodput.report().effectiveTrainingTimeRatio()).hasValue(0.5);
        assertThat(goodput.lastHourRatio()).hasValue(1.0);

        job = job.stopping(Kind.HOST_LOST, at(241)).ended(at(241)).queued(at(241));
        assertThat(Goodput.of(job, at(271)).lastHourRatio().orElseThrow()).isCloseTo(29.0 / 60, within(1e-9));
    }

    private static Progress progress(int minute) {
        return new Progress(minute, 0, OptionalDouble.empty(), 0, 0, at(minute));
    }
}
