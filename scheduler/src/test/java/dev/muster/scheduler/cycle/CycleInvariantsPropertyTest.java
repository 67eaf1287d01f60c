package dev.muster.scheduler.cycle;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Days by chance in small clusters: what the sharing policy promises holds after every cycle; {@link RandomDay} says what. */
class CycleInvariantsPropertyTest {

    private static final int DAYS = 250;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void everyPromiseHoldsAfterEveryCycle(long first) {
        int starts = 0;
        int preemptions = 0;
        int moves = 0;
        int growths = 0;
        int repairs = 0;
        for (int number = 0; number < DAYS; number++) {
            RandomDay day = new RandomDay(first * 10_000 + number);
            day.live();
            starts += day.starts;
            preemptions += day.preemptions;
            moves += day.moves;
            growths += day.growths;
            repairs += day.repairs;
        }
        assertThat(starts).as("days in which nothing happens prove little").isGreaterThan(DAYS * 5);
        assertThat(preemptions).isGreaterThan(DAYS / 4);
        assertThat(moves).isGreaterThan(DAYS / 100);
        assertThat(growths).isGreaterThan(DAYS / 50);
        assertThat(repairs).isGreaterThan(DAYS / 20);
    }

    @Test
    void theSameDayIsDecidedTheSameTwice() {
        for (long seed = 70_000; seed < 70_100; seed++) {
            assertThat(new RandomDay(seed).live()).as("seed " + seed).isEqualTo(new RandomDay(seed).live());
        }
    }
}
