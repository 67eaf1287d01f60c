package dev.muster.controller.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class HangWatchTest {

    private static final Duration FLOOR = Duration.ofMinutes(10);
    private static final Instant START = Jobs.START;

    @Test
    void nobodyIsHungBeforeTheFirstProgress() {
        assertThat(HangWatch.NONE.deadline(FLOOR)).isEmpty();
    }

    @Test
    void quickStepsAreGivenTheFloor() {
        HangWatch watch = report(report(HangWatch.NONE, 1, 0, 0), 2, 0, 5);

        assertThat(watch.deadline(FLOOR)).hasValue(START.plusSeconds(5).plus(FLOOR));
    }

    @Test
    void slowStepsAreGivenFiveTimesTheLongest() {
        HangWatch watch = report(report(report(HangWatch.NONE, 1, 0, 0), 2, 0, 300), 3, 0, 310);

        assertThat(watch.deadline(FLOOR)).hasValue(START.plusSeconds(310 + 5 * 300));
    }

    @Test
    void theSameStepAgainIsNoSignOfLife() {
        HangWatch watch = report(report(HangWatch.NONE, 7, 0, 0), 7, 0, 500);

        assertThat(watch.deadline(FLOOR)).hasValue(START.plus(FLOOR));
    }

    @Test
    void aNewerCheckpointAndAStepBackAreSignsOfLife() {
        assertThat(report(report(HangWatch.NONE, 7, 0, 0), 7, 7, 60).deadline(FLOOR))
                .hasValue(START.plusSeconds(60).plus(FLOOR));
        assertThat(report(report(HangWatch.NONE, 7, 0, 0), 3, 0, 60).deadline(FLOOR))
                .hasValue(START.plusSeconds(60).plus(FLOOR));
    }

    @Test
    void theNextAttemptKeepsWhatWasLearnedButStartsUnjudged() {
        HangWatch watch = report(report(HangWatch.NONE, 1, 0, 0), 2, 0, 300).nextAttempt();

        assertThat(watch.deadline(FLOOR)).isEmpty();
        assertThat(report(watch, 1, 0, 1000).deadline(FLOOR)).hasValue(START.plusSeconds(1000 + 5 * 300));
    }

    @Test
    void aClockThatStepsBackTeachesNothing() {
        HangWatch watch = report(report(HangWatch.NONE, 1, 0, 3600), 2, 0, 0);

        assertThat(watch.longestGap()).isZero();
        assertThat(watch.deadline(FLOOR)).hasValue(START.plus(FLOOR));
    }

    private static HangWatch report(HangWatch watch, long step, long checkpoint, long afterSeconds) {
        Instant now = START.plusSeconds(afterSeconds);
        return watch.on(Jobs.progress(step, checkpoint, now), now);
    }
}
