package dev.muster.controller.reliability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.muster.controller.goodput.Bucket;
import java.time.Duration;
import java.util.random.RandomGeneratorFactory;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
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

    /** The table of published cases: 8 accelerators a host; days for some thousand failures. */
    @ParameterizedTest(name = "{0} hosts, {1} per 1,000 host-days, every {3} s")
    @CsvSource({
        // hosts, rate, restart, interval, write, queue, days, approximation, exact
        "2000, 6.5, 300, 3600, 0, 0, 600, 0.684, 0.720",
        "2000, 6.5, 300, 300, 0, 0, 300, 0.932, 0.935",
        "1000, 6.5, 300, 1800, 0, 60, 600, 0.906, 0.910",
        "1500, 6.5, 300, 420, 10, 0, 400, 0.9205, 0.9215",
        "1500, 1, 300, 5880, 300, 0, 3000, 0.898, 0.897",
        "12500, 6.5, 300, 420, 0, 0, 100, 0.520, 0.615",
        "2048, 3.79, 600, 474, 10, 0, 500, 0.906, 0.908",
        "2048, 3.79, 600, 2584, 300, 0, 700, 0.744, 0.744",
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

    @Test
    void everyMomentThatTheGangIsNotQueuedIsInTheBucketsToTheMillisecond() {
        ReliabilitySettings settings = gang(100, 50, 300, 600, 20, 120, 300);
        ReliabilityOutcome outcome = run(settings);

        long held = settings.span().toMillis() - outcome.report().queuedMillis();
        assertThat(outcome.report().queuedMillis()).isPositive();
        assertThat(outcome.report().allocated()).isEqualTo(held * 100 * 8);
    }

    @Test
    void theSameSeedGivesTheSameRunAndAnotherSeedAnother() {
        ReliabilitySettings settings = gang(200, 6.5, 300, 600, 20, 60, 100);
        ReliabilityOutcome first = run(settings);
        ReliabilityOutcome other = ReliabilitySimulation.run(
                settings, RandomGeneratorFactory.of("L64X128MixRandom").create(SEED + 1), done -> {});

        assertThat(run(settings).report()).isEqualTo(first.report());
        assertThat(other.report()).isNotEqualTo(first.report());
    }

    @Test
    void sparesSaveTheWaitInTheQueueAndCostIdleTime() {
        ReliabilitySettings without = gang(1000, 6.5, 60, 600, 5, 3600, 1000);
        ReliabilitySettings with = new ReliabilitySettings(
                1000,
                8,
                6.5,
                0,
                seconds(60),
                seconds(40),
                seconds(600),
                seconds(5),
                seconds(3600),
                4,
                Duration.ofDays(1000));
        ReliabilityOutcome alone = run(without);
        ReliabilityOutcome spared = run(with);

        assertThat(alone.ettr()).isCloseTo(alone.formulas().exact(), Percentage.withPercentage(2));
        assertThat(spared.ettr()).isCloseTo(spared.formulas().exact(), Percentage.withPercentage(2));
        assertThat(spared.ettr()).isGreaterThan(alone.ettr() + 0.1);
        assertThat(spared.report().buckets().amount(Bucket.IDLE_SPARE)).isPositive();
        assertThat(spared.report().buckets().amount(Bucket.RESTORING)).isPositive();
    }

    @Test
    void failuresOfTheProgramComeOnTopAndNeedNoOtherHost() {
        ReliabilitySettings settings = new ReliabilitySettings(
                500,
                8,
                2,
                3,
                seconds(120),
                Duration.ZERO,
                seconds(900),
                seconds(10),
                Duration.ofDays(1),
                50,
                Duration.ofDays(3000));
        ReliabilityOutcome outcome = run(settings);

        assertThat(outcome.formulas().mttfHours()).isCloseTo(6, within(1e-9));
        assertThat(outcome.report().queuedMillis()).isZero();
        assertThat(outcome.ettr()).isCloseTo(outcome.formulas().exact(), Percentage.withPercentage(2));
    }

    @Test
    void aJobThatLosesMoreHostsThanAJobIsGrantedGoesOnAsAnother() {
        ReliabilityOutcome outcome = run(gang(1, 100_000, 10, 60, 0, 0, 1200));

        assertThat(outcome.failures()).isGreaterThan(100_000);
        assertThat(outcome.report().allocated()).isEqualTo(Duration.ofDays(1200).toMillis() * 8);
        assertThat(outcome.ettr()).isCloseTo(outcome.formulas().exact(), Percentage.withPercentage(2));
    }

    @Test
    void withoutFailuresOnlySavesCost() {
        ReliabilityOutcome outcome = run(gang(10, 0, 300, 950, 50, 0, 100));

        assertThat(outcome.failures()).isZero();
        assertThat(outcome.ettr()).isCloseTo(0.95, within(0.001));
        assertThat(outcome.formulas().exact()).isEqualTo(0.95);
    }

    @Test
    void settingsThatMakeNoSenseAreRefusedInOneLine() {
        assertThatThrownBy(() -> gang(0, 6.5, 300, 600, 0, 0, 1)).hasMessage("hosts is 0; it must be from 1 to 131072");
        assertThatThrownBy(() -> gang(1, Double.NaN, 300, 600, 0, 0, 1))
                .hasMessage("failuresPer1000HostDays is NaN; it must be from 0 to 1000000");
        assertThatThrownBy(() -> gang(1, 1, 300, 0, 0, 0, 1))
                .hasMessage("checkpointInterval is 0.0 s; it must be 0.001 s or more");
        assertThatThrownBy(() -> gang(100_000, 1000, 300, 60, 0, 0, 100))
                .hasMessage("10000000 failures are to be expected, and a run has 5000000 at most; simulate 50.0 days");
    }
}
