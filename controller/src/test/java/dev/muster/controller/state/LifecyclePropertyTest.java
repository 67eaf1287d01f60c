package dev.muster.controller.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.controller.state.Effect.PlaceAgain;
import dev.muster.controller.state.Effect.ReleaseHosts;
import dev.muster.controller.state.LifecycleEvent.Placed;
import dev.muster.scheduler.job.JobSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Whatever happens to a job, in whatever order, some things stay true. */
class LifecyclePropertyTest {

    private static final int JOBS = 3000;
    private static final int EVENTS = 60;

    private final Map<JobPhase, Integer> seen = new EnumMap<>(JobPhase.class);

    @Test
    void randomLivesKeepTheInvariants() {
        for (long seed = 0; seed < JOBS; seed++) {
            try {
                live(new SplittableRandom(seed));
            } catch (AssertionError | RuntimeException failure) {
                throw new AssertionError("seed " + seed, failure);
            }
        }
        assertThat(seen.keySet()).containsExactlyInAnyOrder(JobPhase.values());
        assertThat(seen.values()).allSatisfy(times -> assertThat(times).isGreaterThan(JOBS));
    }

    private void live(SplittableRandom random) {
        JobRecord record = JobLifecycle.submitted(Jobs.UID, "s", spec(random), random.nextBoolean(), Jobs.START)
                .record();
        Optional<PlacementRecord> placement = Optional.empty();
        Instant now = Jobs.START;
        for (int i = 0; i < EVENTS; i++) {
            now = now.plusMillis(random.nextLong(-5_000, 60_000));
            LifecycleEvent event = event(random, record, now);
            Transition step = JobLifecycle.on(record, placement, event, now);
            checkStep(record, placement, step);
            record = step.record();
            placement = step.placement().or(placementBefore(placement));
            checkTwice(record, placement, event, now);
            checkResume(record, placement);
            seen.merge(record.phase(), 1, Integer::sum);
        }
    }

    private static Supplier<Optional<PlacementRecord>> placementBefore(Optional<PlacementRecord> placement) {
        return () -> placement;
    }

    private static JobSpec spec(SplittableRandom random) {
        return Jobs.spec(random.nextInt(6), 1 + random.nextInt(4), Duration.ofMinutes(random.nextInt(5)));
    }

    private static LifecycleEvent event(SplittableRandom random, JobRecord record, Instant now) {
        int attempt = record.status().attempt();
        if (record.phase() == JobPhase.PENDING && !record.status().held() && random.nextBoolean()) {
            return new Placed(Jobs.placement(attempt + 1, now, List.of("n1", "n2", "n3"), List.of("n4", "n5")));
        }
        int epoch = random.nextInt(8) == 0 ? attempt - 1 : attempt;
        String host = "n" + (1 + random.nextInt(6));
        return switch (random.nextInt(24)) {
            case 0, 1, 2 -> new LifecycleEvent.GangRunning(epoch);
            case 3, 4, 5, 6 -> new LifecycleEvent.GangStopped(epoch);
            case 7, 8 -> new LifecycleEvent.RankFailed(epoch, host, random.nextInt(6), random.nextInt(200), "oops");
            case 9, 10 -> new LifecycleEvent.HostLost(epoch, host, "gone");
            case 11 -> new LifecycleEvent.HostFaulted(epoch, host, "xid 79");
            case 12 -> new LifecycleEvent.HostDraining(epoch, host, "");
            case 13 -> new LifecycleEvent.SpareGone(epoch, host, "gone");
            case 14 -> new LifecycleEvent.HangDetected(epoch, Duration.ofMinutes(10));
            case 15 ->
                random.nextInt(4) == 0
                        ? new LifecycleEvent.WalltimeReached(epoch)
                        : new LifecycleEvent.HostReleased(host);
            case 16 ->
                random.nextInt(4) == 0
                        ? new LifecycleEvent.GangSucceeded(epoch)
                        : new LifecycleEvent.HostReleased(host);
            case 17 ->
                random.nextInt(4) == 0 ? new LifecycleEvent.CancelRequested("") : new LifecycleEvent.GangRunning(epoch);
            case 18 -> new LifecycleEvent.HoldRequested();
            case 19, 20 -> new LifecycleEvent.ReleaseRequested();
            default ->
                new LifecycleEvent.ProgressReported(
                        epoch, Jobs.progress(random.nextInt(1000), random.nextInt(1000), now));
        };
    }

    private static void checkStep(JobRecord before, Optional<PlacementRecord> placement, Transition step) {
        JobStatus was = before.status();
        JobStatus is = step.record().status();
        JobInvariants.check(step.record(), step.placement().or(() -> placement));
        if (was.phase().isTerminal()) {
            assertThat(step.record()).as("terminal stays terminal").isEqualTo(before);
            assertThat(step.effects()).isEmpty();
        }
        assertThat(is.attempt() - was.attempt()).as("attempts grow one by one").isBetween(0, 1);
        assertThat(checkpoint(is)).as("a checkpoint stays known").isGreaterThanOrEqualTo(checkpoint(was));
        assertThat(is.message().length()).isLessThanOrEqualTo(400);
        assertThat(is.restarts().recent().size())
                .isLessThanOrEqualTo(before.spec().restart().fuse().failures());
        boolean left = was.phase().holdsHosts() && !is.phase().holdsHosts();
        assertThat(waysOut(step))
                .as("every attempt gives its hosts back or on, once")
                .isEqualTo(left ? 1 : 0);
        assertThat(step.placement().flatMap(PlacementRecord::endedAt).isPresent())
                .as("and its record ends")
                .isEqualTo(left);
        if (step.refusal().isPresent()) {
            assertThat(step).isEqualTo(Transition.refused(before, step.refusal().get()));
        }
    }

    private static long waysOut(Transition step) {
        return step.effects().stream()
                .filter(effect -> effect instanceof ReleaseHosts || effect instanceof PlaceAgain)
                .count();
    }

    private static long checkpoint(JobStatus status) {
        return status.progress().map(Progress::checkpoint).orElse(0L);
    }

    private static void checkTwice(
            JobRecord record, Optional<PlacementRecord> placement, LifecycleEvent event, Instant now) {
        Transition again = JobLifecycle.on(record, placement, event, now);
        Transition nothing = again.refusal()
                .map(reason -> Transition.refused(record, reason))
                .orElse(Transition.unchanged(record));
        assertThat(again).as("the same event again changes nothing").isEqualTo(nothing);
    }

    private static void checkResume(JobRecord record, Optional<PlacementRecord> placement) {
        List<Effect> effects = JobLifecycle.resume(record, placement);
        assertThat(effects)
                .as("what is left to do never frees hosts twice")
                .noneMatch(effect -> effect instanceof ReleaseHosts || effect instanceof PlaceAgain);
        assertThat(effects.stream().anyMatch(effect -> effect instanceof Effect.StopGang))
                .isEqualTo(record.phase() == JobPhase.STOPPING);
    }
}
