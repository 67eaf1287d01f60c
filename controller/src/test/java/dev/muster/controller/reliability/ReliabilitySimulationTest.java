package dev.muster.controller.reliability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.random.RandomGeneratorFactory;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The real life cycle and ledger come to what the theory says, wherever the theory says something. */
class ReliabilitySimulationTest {

    private static final long SEED = 7;

    private static ReliabilitySettings gang(
            int hosts, double rate, double restart, double interval, double write, double queue, int days) {
        return new ReliabilitySettings(
                hosts,
                8,
                rate,
                0,
                seconds(restart),
                Duration.ZERO,
                seconds(interval),
                seconds(write),
                seconds(queue),
                0,
                Duration.ofDays(days));
    }

    private static Duration seconds(double seconds) {
        return Duration.ofMillis(Math.round(seconds * 1000));
    }

    private static ReliabilityOutcome run(ReliabilitySettings settings) {
        return ReliabilitySimulation.run(
                settings, RandomGeneratorFactory.of("L64X128MixRandom").create(SEED), done -> {});
    }

    /** The table of published cases: 8 accelerators a host; days for 10,000 failures or more. */
    @ParameterizedTest(name = "{0} hosts, {1} per 1,000 host-days, every {3} s")
    @CsvSource({
        // hosts, rate, restart, interval, write, queue, days, approximation, exact
        "2000, 6.5, 300, 3600, 0, 0, 1000, 0.684, 0.720",
        "2000, 6.5, 300, 300, 0, 0, 1000, 0.932, 0.935",
        "1000, 6.5, 300, 1800, 0, 60, 2000, 0.906, 0.910",
        "1500, 6.5, 300, 420, 10, 0, 1000, 0.9205, 0.9215",
        "1500, 1, 300, 5880, 300, 0, 8000, 0.898, 0.897",
        "12500, 6.5, 300, 420, 0, 0, 200, 0.520, 0.615",
        "2048, 3.79, 600, 474, 10, 0, 1500, 0.906, 0.908",
        "2048, 3.79, 600, 2584, 300, 0, 1500, 0.744, 0.744",
    })
    void everyPublishedCaseIsMetByTheRealLifeCycleAndLedger(
            int hosts,
            double rate,
            double restart,
            double interval,
            double write,
            double queue,
            int days,
            double approximation,
            double exact) {
        ReliabilityOutcome outcome = run(gang(hosts, rate, restart, interval, write, queue, days));

        assertThat(outcome.formulas().approximation()).isCloseTo(approximation, within(0.001));
        assertThat(outcome.formulas().exact()).isCloseTo(exact, within(0.002));
        assertThat(outcome.ettr()).isCloseTo(outcome.formulas().exact(), Percentage.withPercentage(2));
    }
}
