package dev.muster.controller.goodput;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.controller.state.Progress;
import dev.muster.controller.state.StopCause;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Stories in seconds; the gang has 6 accelerators and its spare 2, so each second of a bucket counts 6,000. */
class JobLedgerTest {

    private static final Instant START = Instant.parse("2026-11-23T08:00:00Z");
    private static final List<StopCause.Kind> KINDS = List.of(StopCause.Kind.values());

    private JobLedger ledger = JobLedger.opened(6);

    @Test
    void aJobThatIsNeverDisturbed() {
        ledger = ledger.queued(at(0)).placed(6, 2, false, at(5)).running(at(8));
        report(10, 1, 0);
        report(20, 11, 0);
        ledger = ledger.ended(at(23));

        assertThat(secondsOfGang(at(100))).isEqualTo(Map.of("starting", 3.0 + 2.0, "productive", 10.0 + 3.0));
        assertThat(ledger.at(at(100)).buckets().amount(Bucket.IDLE_SPARE)).isEqualTo(2 * 18_000);
        assertThat(ledger.at(at(100)).allocated()).isEqualTo(8 * 18_000);
        assertThat(ledger.at(at(100)).queuedMillis()).isEqualTo(5000);
        assertThat(ledger.at(at(100)).effectiveTrainingTimeRatio()).hasValue(13.0 / (18 + 5));
    }

    @Test
    void aLostHostCostsTheSilenceTheRestartTheLoadAndTheLostSteps() {
        ledger = ledger.placed(6, 2, false, at(0)).running(at(2));
        report(4, 0, 0);
        report(104, 100, 0);
        ledger = ledger.stopping(StopCause.Kind.HOST_LOST, at(110)).ended(at(112));
        ledger = ledger.placed(6, 0, true, at(112)).running(at(115));
        report(120, 50, 0);
        report(220, 150, 0);
        ledger = ledger.ended(at(220));

        assertThat(secondsOfGang(at(220)))
                .isEqualTo(Map.of(
                        "starting", 2.0 + 2.0 + 2.0 + 3.0,
                        "restoring", 5.0,
                        "productive", 100.0 + 50.0,
                        "recomputing", 50.0,
                        "hung", 6.0));
    }

    @Test
    void timeBlockedInSavesIsTakenOutOfTheSteps() {
        ledger = ledger.placed(6, 0, false, at(0)).running(at(0));
        report(0, 0, 0);
        report(10, 5, 2);
        report(20, 5, 12);
        report(30, 10, 13);

        assertThat(secondsOfGang(at(30))).isEqualTo(Map.of("productive", 8.0 + 9.0, "checkpointing", 2.0 + 10.0 + 1.0));
    }

    @Test
    void noMoreTimeIsBlockedInSavesThanPassed() {
        ledger = ledger.placed(6, 0, false, at(0)).running(at(0));
        report(0, 0, 0);
        report(10, 5, 1e300);
        report(20, 10, Double.NaN);
        report(30, 15, -5);

        assertThat(secondsOfGang(at(30))).isEqualTo(Map.of("checkpointing", 10.0, "productive", 20.0));
    }

    @Test
    void aDrainCountsFromItsRequestAndKeepsTheStepsSavedMeanwhile() {
        ledger = ledger.placed(6, 0, false, at(0)).running(at(0));
        report(0, 0, 0);
        report(10, 10, 0);
        ledger = ledger.stopping(StopCause.Kind.DRAIN, at(15));
        report(20, 20, 3);
        ledger = ledger.ended(at(25)).placed(6, 0, true, at(25)).running(at(25));
        report(26, 20, 0);
        report(30, 24, 0);

        assertThat(secondsOfGang(at(30)))
                .isEqualTo(Map.of("productive", 10.0 + 5.0 + 4.0, "draining", 10.0, "restoring", 1.0));
    }

    @Test
    void aHostLostDuringADrainIsClearedUpAfterwards() {
        ledger = ledger.placed(6, 0, false, at(0)).running(at(0));
        report(0, 0, 0);
        ledger = ledger.stopping(StopCause.Kind.DRAIN, at(10))
                .stopping(StopCause.Kind.HOST_LOST, at(13))
                .ended(at(15));

        assertThat(secondsOfGang(at(15))).isEqualTo(Map.of("productive", 10.0, "draining", 3.0, "starting", 2.0));
    }

    @Test
    void aJobThatNeverReportsIsUnknownOnceItRuns() {
        ledger = ledger.placed(6, 0, false, at(0)).running(at(4));
        assertThat(secondsOfGang(at(10))).isEqualTo(Map.of("starting", 4.0, "unknown", 6.0));

        ledger = ledger.ended(at(20));

        assertThat(secondsOfGang(at(20))).isEqualTo(Map.of("starting", 4.0, "unknown", 16.0));
    }

    @Test
    void aHungGangIsHungSinceItsLastProgress() {
        ledger = ledger.placed(6, 0, false, at(0)).running(at(0));
        report(0, 0, 0);
        report(10, 10, 0);
        report(60, 10, 0);
        ledger = ledger.stopping(StopCause.Kind.HANG, at(610)).ended(at(612));

        assertThat(secondsOfGang(at(612))).isEqualTo(Map.of("productive", 10.0, "hung", 600.0, "starting", 2.0));
    }

    @Test
    void aStepBackWithinAnAttemptIsARestore() {
        ledger = ledger.placed(6, 0, false, at(0)).running(at(0));
        report(0, 0, 0);
        report(10, 100, 0);
        report(14, 50, 0);
        report(24, 150, 0);

        assertThat(secondsOfGang(at(24)))
                .isEqualTo(Map.of("productive", 10.0 + 5.0, "restoring", 4.0, "recomputing", 5.0));
    }

    @Test
    void progressBeforeEveryRankWasSeenRunningMeansThatTheyRun() {
        ledger = ledger.placed(6, 0, false, at(0));
        report(3, 1, 0);
        report(4, 2, 0);
        ledger = ledger.running(at(5));
        report(6, 4, 0);

        assertThat(secondsOfGang(at(6))).isEqualTo(Map.of("starting", 3.0, "productive", 3.0));
    }

    @Test
    void aSpareCountsUntilItIsReleased() {
        ledger = ledger.placed(6, 4, false, at(0)).spareReleased(2, at(10)).spareReleased(2, at(15));

        assertThat(ledger.at(at(30)).buckets().amount(Bucket.IDLE_SPARE)).isEqualTo(4 * 10_000 + 2 * 5000);
    }

    @Test
    void aHeldJobDoesNotQueue() {
        ledger = ledger.queued(at(0)).notQueued(at(10)).notQueued(at(20)).queued(at(30));

        assertThat(ledger.at(at(35)).queuedMillis()).isEqualTo(15_000);
        assertThat(ledger.at(at(35)).queuedAcceleratorMillis()).isEqualTo(6 * 15_000);
        assertThat(ledger.at(at(35)).effectiveTrainingTimeRatio()).hasValue(0);
    }

    @Test
    void nothingHasNoRatio() {
        assertThat(ledger.at(at(0)).effectiveTrainingTimeRatio()).isEmpty();
    }

    @Test
    void anOddSplitLosesNoMillisecond() {
        ledger = ledger.placed(7, 0, false, at(0)).running(at(0));
        report(0, 0, 0);
        report(10, 2, 0);
        ledger = ledger.ended(at(10)).placed(7, 0, true, at(10)).running(at(10));
        report(10, 0, 0);
        report(20, 3, 0);

        GoodputReport report = ledger.at(at(20));
        assertThat(report.buckets().amount(Bucket.PRODUCTIVE)).isEqualTo(7 * (10_000 + 3333));
        assertThat(report.buckets().amount(Bucket.RECOMPUTING)).isEqualTo(7 * 6667);
        assertThat(report.allocated()).isEqualTo(7 * 20_000);
    }

    @Test
    void aClockSetBackNeitherLosesNorInventsTime() {
        ledger = ledger.placed(6, 0, false, at(1000)).running(at(1010));
        report(0, 0, 0);
        report(10, 10, 0);
        ledger = ledger.ended(at(15));

        assertThat(secondsOfGang(at(15))).isEqualTo(Map.of("starting", 10.0, "productive", 15.0));
    }

    @Test
    void whateverHappensTheBucketsAddUpToWhatWasAllocated() {
        for (long seed = 0; seed < 2000; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            ledger = JobLedger.opened(6);
            AllocationMeter meter = new AllocationMeter();
            long millis = 0;
            for (int i = 0; i < 80; i++) {
                millis += random.nextInt(20) == 0 ? -random.nextInt(5000) : random.nextInt(3000);
                Instant now = START.plusMillis(millis).plusNanos(random.nextInt(1_000_000));
                JobLedger before = ledger;
                happens(random, now, meter);

                String what = "seed " + seed + ", event " + i;
                assertThat(ledger.at(now).allocated()).as(what).isEqualTo(meter.allocated);
                assertThat(ledger.at(now.minusSeconds(9)).allocated()).as(what).isEqualTo(meter.allocated);
                assertThat(ledger.at(now.plusSeconds(9)).allocated())
                        .as(what)
                        .isEqualTo(meter.allocated + 9000 * meter.held());
                for (Bucket bucket : Bucket.values()) {
                    assertThat(ledger.settled().amount(bucket))
                            .as(what + ": " + bucket)
                            .isGreaterThanOrEqualTo(before.settled().amount(bucket));
                }
                assertThat(ledger.queuedMillis()).as(what).isGreaterThanOrEqualTo(before.queuedMillis());
            }
        }
    }

    private void happens(SplittableRandom random, Instant now, AllocationMeter meter) {
        meter.passes(now);
        switch (random.nextInt(9)) {
            case 0 -> {
                long spares = 2L * random.nextInt(3);
                ledger = ledger.placed(6, spares, random.nextBoolean(), now);
                meter.holds(6, spares);
            }
            case 1 -> ledger = ledger.running(now);
            case 2, 3, 4 -> ledger = ledger.progress(progress(random.nextInt(50), random.nextDouble(-1, 9)), now);
            case 5 -> ledger = ledger.stopping(KINDS.get(random.nextInt(KINDS.size())), now);
            case 6 -> {
                ledger = ledger.ended(now);
                meter.holds(0, 0);
            }
            case 7 -> {
                ledger = ledger.spareReleased(2, now);
                meter.holds(meter.gang, Math.max(0, meter.spares - 2));
            }
            default -> ledger = meter.held() > 0 ? ledger.running(now) : queuedOrNot(random, now);
        }
    }

    private JobLedger queuedOrNot(SplittableRandom random, Instant now) {
        return random.nextBoolean() ? ledger.queued(now) : ledger.notQueued(now);
    }

    /** What a meter on the racks would show. */
    private static final class AllocationMeter {
        private long gang;
        private long spares;
        private long allocated;
        private Instant last = START;

        void passes(Instant now) {
            allocated += held() * Math.max(0, now.toEpochMilli() - last.toEpochMilli());
            last = now;
        }

        void holds(long gangNow, long sparesNow) {
            gang = gangNow;
            spares = sparesNow;
        }

        long held() {
            return gang + spares;
        }
    }

    private void report(long afterSeconds, long step, double checkpointSeconds) {
        ledger = ledger.progress(progress(step, checkpointSeconds), at(afterSeconds));
    }

    private static Progress progress(long step, double checkpointSeconds) {
        return new Progress(step, 0, OptionalDouble.empty(), 0, checkpointSeconds, START);
    }

    private static Instant at(long seconds) {
        return START.plusSeconds(seconds);
    }

    private Map<String, Double> secondsOfGang(Instant now) {
        return ledger.at(now).buckets().acceleratorMillis().entrySet().stream()
                .filter(entry -> entry.getKey() != Bucket.IDLE_SPARE && entry.getValue() > 0)
                .collect(Collectors.toMap(
                        entry -> entry.getKey().label(),
                        entry -> entry.getValue() / 6000.0,
                        (one, other) -> one,
                        TreeMap::new));
    }
}
