package dev.muster.controller.goodput;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.controller.codec.RecordCodec;
import dev.muster.controller.state.JobLifecycle;
import dev.muster.controller.state.JobPhase;
import dev.muster.controller.state.JobRecord;
import dev.muster.controller.state.Jobs;
import dev.muster.controller.state.LifecycleEvent;
import dev.muster.controller.state.PlacementRecord;
import dev.muster.controller.state.RandomLives;
import dev.muster.controller.state.Transition;
import dev.muster.scheduler.job.JobSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The ledger follows a job through the state machine; the gang has 6 accelerators, its spare 2. */
class GoodputAccountingTest {

    private JobRecord record = submitted(Jobs.spec(), false);
    private Optional<PlacementRecord> placement = Optional.empty();
    private JobLedger ledger = GoodputAccounting.opened(record, Jobs.START);

    @Test
    void aRecoveryFromALostHostIsBookedToTheSecond() {
        happens(10, new LifecycleEvent.Placed(place(1, 10, List.of("n1", "n2", "n3"), List.of("n4"))));
        happens(14, new LifecycleEvent.GangRunning(1));
        reports(1, 16, 0, 0);
        reports(1, 116, 100, 50);
        happens(120, new LifecycleEvent.RankFailed(1, "n1", 0, 1, "connection reset"));
        happens(122, new LifecycleEvent.HostLost(1, "n2", "connection closed"));
        happens(123, new LifecycleEvent.GangStopped(1));
        happens(123, new LifecycleEvent.Placed(place(2, 123, List.of("n1", "n3", "n4"), List.of())));
        happens(125, new LifecycleEvent.GangRunning(2));
        reports(2, 130, 50, 50);
        reports(2, 230, 150, 150);
        happens(230, new LifecycleEvent.GangSucceeded(2));

        assertThat(record.phase()).isEqualTo(JobPhase.FINISHED);
        assertThat(gangSeconds(300))
                .containsOnly(
                        Map.entry(Bucket.PRODUCTIVE, 100L + 50L),
                        Map.entry(Bucket.STARTING, 4L + 2L + 3L + 2L),
                        Map.entry(Bucket.RESTORING, 5L),
                        Map.entry(Bucket.RECOMPUTING, 50L),
                        Map.entry(Bucket.HUNG, 4L));
        GoodputReport report = ledger.at(at(300));
        assertThat(report.buckets().amount(Bucket.IDLE_SPARE)).isEqualTo(2 * 113_000);
        assertThat(report.queuedMillis()).isEqualTo(10_000);
        assertThat(report.effectiveTrainingTimeRatio()).hasValue(150.0 / (220 + 10));
    }

    @Test
    void timeOnHoldIsNotTimeInTheQueue() {
        happens(10, new LifecycleEvent.HoldRequested());
        happens(50, new LifecycleEvent.ReleaseRequested());
        happens(55, new LifecycleEvent.CancelRequested(""));

        assertThat(ledger.at(at(100)).queuedMillis()).isEqualTo(15_000);
        assertThat(ledger.at(at(100)).allocated()).isZero();
    }

    @Test
    void ranksThatEndedBecauseTheyWereCutOffWereHungSinceTheirLastProgress() {
        happens(0, new LifecycleEvent.Placed(place(1, 0, List.of("n1", "n2", "n3"), List.of())));
        happens(0, new LifecycleEvent.GangRunning(1));
        reports(1, 0, 0, 0);
        happens(60, new LifecycleEvent.GangStopped(1));

        assertThat(gangSeconds(60)).containsOnly(Map.entry(Bucket.HUNG, 60L));
    }

    @Test
    void theClusterIsTheSumOfItsJobsWhetherTheyEndedOrNot() {
        happens(0, new LifecycleEvent.Placed(place(1, 0, List.of("n1", "n2", "n3"), List.of("n4"))));
        JobLedger live = ledger;
        happens(30, new LifecycleEvent.GangSucceeded(1));

        GoodputLedger cluster = GoodputLedger.NONE.withEnded(ledger, at(30)).withEnded(ledger, at(30));

        assertThat(cluster.at(List.of(live, live), at(40)).allocated()).isEqualTo(8 * (30_000 * 2 + 40_000 * 2));
        assertThat(cluster.at(List.of(), at(1000)).allocated()).isEqualTo(8 * 30_000 * 2);
    }

    @Test
    void whateverHappensToAJobItsBucketsAddUpToItsPlacements() {
        for (long seed = 0; seed < 1000; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            record = submitted(RandomLives.spec(random), random.nextBoolean());
            placement = Optional.empty();
            ledger = GoodputAccounting.opened(record, Jobs.START);
            List<PlacementRecord> ended = new ArrayList<>();
            long seconds = 0;
            long spareMillis = 0;
            for (int i = 0; i < 60; i++) {
                long passed = random.nextInt(60);
                spareMillis += openSpares() * Jobs.ACCELERATORS_PER_HOST * passed * 1000;
                seconds += passed;
                happens(seconds, RandomLives.event(random, record, at(seconds)));
                if (endedNow(ended)) {
                    placement.ifPresent(ended::add);
                }
            }
            GoodputReport report = ledger.at(at(seconds));
            long end = seconds;
            long gangMillis =
                    ended.stream().mapToLong(attempt -> gang(attempt, end)).sum()
                            + (record.phase().holdsHosts()
                                    ? placement.stream()
                                            .mapToLong(open -> gang(open, end))
                                            .sum()
                                    : 0);
            assertThat(report.buckets().amount(Bucket.IDLE_SPARE))
                    .as("seed " + seed)
                    .isEqualTo(spareMillis);
            assertThat(report.allocated()).as("seed " + seed).isEqualTo(gangMillis + spareMillis);
        }
    }

    @Test
    void whateverHappensSettledTimeOnlyGrowsAndNoMoreIsChargedThanWasLost() {
        for (long seed = 0; seed < 1000; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            record = submitted(RandomLives.spec(random), false);
            placement = Optional.empty();
            ledger = GoodputAccounting.opened(record, Jobs.START);
            long seconds = 0;
            for (int i = 0; i < 60; i++) {
                seconds += random.nextInt(60);
                Buckets before = ledger.settled();
                happens(seconds, RandomLives.event(random, record, at(seconds)));
                if (record.phase() == JobPhase.STOPPING && random.nextInt(3) == 0) {
                    ledger = ledger.charged(new SecondOrder.Cause("another", "queue"));
                }
                before.acceleratorMillis()
                        .forEach((bucket, amount) ->
                                assertThat(ledger.settled().amount(bucket)).isGreaterThanOrEqualTo(amount));
                GoodputReport report = ledger.at(at(seconds));
                long lost = List.of(Bucket.DRAINING, Bucket.STARTING, Bucket.RESTORING, Bucket.RECOMPUTING).stream()
                        .mapToLong(report.buckets()::amount)
                        .sum();
                assertThat(report.sufferedAcceleratorMillis())
                        .as("seed " + seed)
                        .isLessThanOrEqualTo(lost);
            }
        }
    }

    @Test
    void aRestartOfTheControllerAnywhereChangesNothing() {
        for (long seed = 0; seed < 500; seed++) {
            SplittableRandom lives = new SplittableRandom(seed);
            SplittableRandom restarts = new SplittableRandom(seed + 1);
            record = submitted(RandomLives.spec(lives), false);
            placement = Optional.empty();
            ledger = GoodputAccounting.opened(record, Jobs.START);
            JobLedger untouched = ledger;
            long seconds = 0;
            for (int i = 0; i < 60; i++) {
                seconds += lives.nextInt(60);
                JobRecord before = record;
                LifecycleEvent event = RandomLives.event(lives, record, at(seconds));
                Transition transition = JobLifecycle.on(record, placement, event, at(seconds));
                happens(seconds, event);
                untouched = GoodputAccounting.book(untouched, before, transition, at(seconds));
                if (restarts.nextInt(4) == 0) {
                    ledger = RecordCodec.decodeLedger("ledgers/x", RecordCodec.encode(ledger));
                }
                assertThat(ledger).as("seed " + seed).isEqualTo(untouched);
            }
        }
    }

    private long openSpares() {
        return record.phase().holdsHosts()
                ? placement.map(open -> open.spares().size()).orElse(0)
                : 0;
    }

    private boolean endedNow(List<PlacementRecord> ended) {
        return placement.filter(latest -> latest.endedAt().isPresent()).isPresent()
                && ended.size() < record.status().attempt();
    }

    private static long gang(PlacementRecord attempt, long nowSeconds) {
        Instant end = attempt.endedAt().orElse(at(nowSeconds));
        long held = end.toEpochMilli() - attempt.placedAt().toEpochMilli();
        return held * attempt.hosts().size() * Jobs.ACCELERATORS_PER_HOST;
    }

    private static JobRecord submitted(JobSpec spec, boolean held) {
        return JobLifecycle.submitted(Jobs.UID, "submission", spec, held, Jobs.START)
                .record();
    }

    private void reports(int epoch, long afterSeconds, long step, long checkpoint) {
        happens(
                afterSeconds,
                new LifecycleEvent.ProgressReported(epoch, Jobs.progress(step, checkpoint, at(afterSeconds))));
    }

    private void happens(long afterSeconds, LifecycleEvent event) {
        Transition transition = JobLifecycle.on(record, placement, event, at(afterSeconds));
        ledger = GoodputAccounting.book(ledger, record, transition, at(afterSeconds));
        record = transition.record();
        placement = transition.placement().isPresent() ? transition.placement() : placement;
    }

    private static PlacementRecord place(int attempt, long afterSeconds, List<String> hosts, List<String> spares) {
        return Jobs.placement(attempt, at(afterSeconds), hosts, spares);
    }

    private static Instant at(long seconds) {
        return Jobs.START.plusSeconds(seconds);
    }

    private Map<Bucket, Long> gangSeconds(long afterSeconds) {
        return ledger.at(at(afterSeconds)).buckets().acceleratorMillis().entrySet().stream()
                .filter(entry -> entry.getKey() != Bucket.IDLE_SPARE && entry.getValue() > 0)
                .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue() / 6000));
    }
}
