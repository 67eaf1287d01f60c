package dev.muster.controller.workload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.controller.state.LifecycleEvent;
import dev.muster.controller.state.LifecycleEvent.GangRunning;
import dev.muster.controller.state.LifecycleEvent.GangStopped;
import dev.muster.controller.state.LifecycleEvent.GangSucceeded;
import dev.muster.controller.state.LifecycleEvent.HostLost;
import dev.muster.controller.state.LifecycleEvent.RankFailed;
import dev.muster.controller.state.PlacementRecord;
import dev.muster.controller.state.PlacementRecord.HostAssignment;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class GangRollTest {

    private final GangRoll roll = new GangRoll(placement("n1", "n2", "n3"));

    @Test
    void theGangRunsWhenTheLastHostReportsRunning() {
        assertThat(reports(RunPhase.RUNNING, RankState.RUNNING, "n1", "n2")).isEmpty();
        assertThat(reports(RunPhase.RUNNING, RankState.RUNNING, "n3")).containsExactly(new GangRunning(1));
    }

    @Test
    void aHostThatFinishedEarlyCountsAsHavingRun() {
        reports(RunPhase.ENDED, RankState.SUCCEEDED, "n1");
        assertThat(reports(RunPhase.RUNNING, RankState.RUNNING, "n2", "n3")).containsExactly(new GangRunning(1));
    }

    @Test
    void theGangSucceedsOnlyWhenEveryRankDid() {
        assertThat(reports(RunPhase.ENDED, RankState.SUCCEEDED, "n1", "n2")).isEmpty();
        assertThat(reports(RunPhase.ENDED, RankState.SUCCEEDED, "n3")).containsExactly(new GangSucceeded(1));
    }

    @Test
    void theFirstFailureOfEachHostIsToldOnceSinceALaterOneMayBeTheCause() {
        List<LifecycleEvent> events = roll.report(failed("n2"));
        assertThat(events).containsExactly(new RankFailed(1, "n2", 1, 3, "boom"));
        assertThat(roll.report(failed("n2"))).isEmpty();
        assertThat(roll.report(failed("n3"))).hasSize(1);
        assertThat(roll.report(failed("n3"))).isEmpty();
    }

    @Test
    void aRunThatCouldNotStartIsAFailure() {
        HostReport refused = new HostReport("n1", "uid", 1, RunPhase.ENDED, List.of(), "2 devices are busy");
        assertThat(roll.report(refused)).containsExactly(new RankFailed(1, "n1", 0, -1, "2 devices are busy"));
    }

    @Test
    void aStopIsCertainWhenEveryHostConfirmed() {
        reports(RunPhase.RUNNING, RankState.RUNNING, "n1", "n2", "n3");
        assertThat(roll.stopping()).isEmpty();
        assertThat(reports(RunPhase.ENDED, RankState.STOPPED, "n1", "n2")).isEmpty();
        assertThat(reports(RunPhase.ENDED, RankState.STOPPED, "n3")).containsExactly(new GangStopped(1));
    }

    @Test
    void aLostHostCannotTrainOnOnceAPeerConfirmed() {
        reports(RunPhase.RUNNING, RankState.RUNNING, "n1", "n2", "n3");
        assertThat(roll.lost("n2", "gone")).containsExactly(new HostLost(1, "n2", "gone"));
        roll.stopping();
        assertThat(reports(RunPhase.ENDED, RankState.STOPPED, "n1")).isEmpty();
        assertThat(reports(RunPhase.ENDED, RankState.STOPPED, "n3")).containsExactly(new GangStopped(1));
    }

    @Test
    void whenNoHostAnswersNothingIsCertainUntilTheRanksAreProvenDead() {
        reports(RunPhase.RUNNING, RankState.RUNNING, "n1", "n2", "n3");
        roll.lost("n1", "gone");
        roll.stopping();
        assertThat(roll.lost("n2", "gone")).noneMatch(GangStopped.class::isInstance);
        assertThat(roll.lost("n3", "gone")).noneMatch(GangStopped.class::isInstance);
        assertThat(roll.dead("n1", "new boot")).isEmpty();
        assertThat(roll.dead("n2", "new boot")).isEmpty();
        assertThat(roll.dead("n3", "isolated")).containsExactly(new GangStopped(1));
    }

    @Test
    void aPeerWhoseRanksEndedWellProvesNothingAboutALostHost() {
        reports(RunPhase.ENDED, RankState.SUCCEEDED, "n1", "n3");
        roll.lost("n2", "gone");
        assertThat(roll.stopping()).isEmpty();
        assertThat(roll.dead("n2", "isolated")).containsExactly(new GangStopped(1));
    }

    @Test
    void aHostThatComesBackInTheSameLifeMustConfirmAgain() {
        reports(RunPhase.RUNNING, RankState.RUNNING, "n1", "n2", "n3");
        roll.lost("n2", "gone");
        roll.stopping();
        reports(RunPhase.RUNNING, RankState.RUNNING, "n2");
        assertThat(reports(RunPhase.ENDED, RankState.STOPPED, "n1", "n3")).isEmpty();
        assertThat(reports(RunPhase.ENDED, RankState.STOPPED, "n2")).containsExactly(new GangStopped(1));
    }

    @Test
    void anUnannouncedNewLifeIsALostHostThatIsProvenDead() {
        reports(RunPhase.RUNNING, RankState.RUNNING, "n1", "n2", "n3");
        assertThat(roll.dead("n1", "new life")).containsExactly(new HostLost(1, "n1", "new life"));
        assertThat(roll.dead("n1", "new life")).isEmpty();
    }

    /** Whatever the order, and however often things are said: stopped is never said while a host that answers runs. */
    @Test
    void stoppedIsNeverSaidTooEarlyWhateverTheOrder() {
        for (int seed = 0; seed < 2_000; seed++) {
            Random random = new Random(seed);
            GangRoll gang = new GangRoll(placement("n1", "n2", "n3"));
            gang.stopping();
            boolean stopped = false;
            for (int i = 0; i < 12; i++) {
                String host = "n" + (1 + random.nextInt(3));
                List<LifecycleEvent> events = switch (random.nextInt(4)) {
                    case 0 -> gang.report(report(host, RunPhase.RUNNING, RankState.RUNNING));
                    case 1 -> gang.report(report(host, RunPhase.ENDED, RankState.STOPPED));
                    case 2 -> gang.lost(host, "gone");
                    default -> gang.dead(host, "proof");
                };
                stopped |= events.contains(new GangStopped(1));
                if (events.contains(new GangStopped(1))) {
                    assertThat(List.of(gang.part("n1"), gang.part("n2"), gang.part("n3")))
                            .as("seed %d", seed)
                            .doesNotContain(GangRoll.Part.RUNNING, GangRoll.Part.AWAITED, GangRoll.Part.STARTING);
                }
            }
            for (String host : List.of("n1", "n2", "n3")) {
                stopped |= gang.dead(host, "proof").contains(new GangStopped(1));
            }
            assertThat(stopped).as("seed %d settles", seed).isTrue();
        }
    }

    private List<LifecycleEvent> reports(RunPhase phase, RankState state, String... hosts) {
        List<LifecycleEvent> events = new ArrayList<>();
        for (String host : hosts) {
            events.addAll(roll.report(report(host, phase, state)));
        }
        return events;
    }

    private static HostReport report(String host, RunPhase phase, RankState state) {
        return new HostReport(
                host, "uid", 1, phase, List.of(new RankStatus(rankOf(host), state, 0, "", List.of())), "");
    }

    private static HostReport failed(String host) {
        RankStatus rank = new RankStatus(rankOf(host), RankState.FAILED, 3, "boom", List.of());
        return new HostReport(host, "uid", 1, RunPhase.ENDED, List.of(rank), "");
    }

    private static int rankOf(String host) {
        return host.charAt(1) - '1';
    }

    private static PlacementRecord placement(String... hosts) {
        List<HostAssignment> assignments = new ArrayList<>();
        for (String host : hosts) {
            assignments.add(new HostAssignment(host, List.of(), rankOf(host), rankOf(host), 1));
        }
        return new PlacementRecord(
                "uid",
                1,
                assignments,
                List.of(),
                "127.0.0.1",
                20_000,
                Instant.EPOCH,
                Optional.empty(),
                Optional.empty(),
                "");
    }
}
