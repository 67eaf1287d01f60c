package dev.muster.controller.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.controller.state.Effect.PlaceAgain;
import dev.muster.controller.state.Effect.ReleaseHosts;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
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
        JobRecord record = JobLifecycle.submitted(
                        Jobs.UID, "s", RandomLives.spec(random), random.nextBoolean(), Jobs.START)
                .record();
        Optional<PlacementRecord> placement = Optional.empty();
        Instant now = Jobs.START;
        for (int i = 0; i < EVENTS; i++) {
            now = now.plusMillis(random.nextLong(-5_000, 60_000));
            LifecycleEvent event = RandomLives.event(random, record, now);
            Transition step = JobLifecycle.on(record, placement, event, now);
            checkStep(record, placement, step);
            record = step.record();
            placement = step.placement().isPresent() ? step.placement() : placement;
            checkTwice(record, placement, event, now);
            checkResume(record, placement);
            seen.merge(record.phase(), 1, Integer::sum);
        }
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
