package dev.muster.controller.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.controller.state.Effect.ForgetGang;
import dev.muster.controller.state.Effect.PlaceAgain;
import dev.muster.controller.state.LifecycleEvent.HostSuspected;
import dev.muster.controller.state.LifecycleEvent.Placed;
import dev.muster.controller.state.LifecycleEvent.RankFailed;
import dev.muster.controller.state.LifecycleEvent.StartOverdue;
import java.time.Duration;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Which step follows from what failed and what was tried already. */
class RecoveryLadderTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final JobStory story = JobStory.running(Jobs.spec());

    private static SortedSet<String> hosts(String... names) {
        return new TreeSet<>(List.of(names));
    }

    private JobStory dies(int rank, int exitCode, String words) {
        String host = story.placement().hosts().get(rank / 2).host();
        return story.happens(new RankFailed(story.attempt(), host, rank, exitCode, words));
    }

    private JobStory again() {
        return story.placed("n1", "n2", "n3").runs();
    }

    @Test
    void theFirstFailureRestartsTheGangWhereItIs() {
        dies(2, 139, "").stopped().effects(new ForgetGang(1), new PlaceAgain(1, hosts()));
        again();
        assertThat(story.history()).contains("Recovery");
        assertThat(RecoveryLadder.taken(Jobs.placement(1, Jobs.START, List.of("n1"), List.of()), story.placement()))
                .isEqualTo(RecoveryStep.GROW);
    }

    @Test
    void theSameFailureOnTheSameHostMakesItASuspect() {
        dies(2, 139, "").stopped();
        again();
        dies(2, 139, "").stopped().effects(new ForgetGang(2), new PlaceAgain(2, hosts(), hosts("n2")));
    }

    @Test
    void aSuspectThatWasReplacedIsNotUsedAgain() {
        dies(2, 139, "").stopped();
        again();
        dies(2, 139, "").stopped();
        PlacementRecord next = Jobs.placement(3, story.now(), List.of("n1", "n4", "n3"), List.of());

        story.happens(new Placed(next, hosts("n2")))
                .says("n2 is suspect and not used again")
                .says("hosts replaced");
        assertThat(story.status().avoidHosts()).containsExactly("n2");
    }

    @Test
    void theSameFailureOnOtherHostsToldByAJobThatReportsItsProgressEndsIt() {
        story.reports(10, 5);
        for (String host : List.of("n1", "n2")) {
            story.happens(new RankFailed(story.attempt(), host, 0, 1, "assertion at 0x" + story.attempt()))
                    .stopped()
                    .is(JobPhase.PENDING);
            again().after(Duration.ofHours(1));
        }
        dies(4, 1, "assertion at 0x99").stopped().is(JobPhase.FAILED);
        assertThat(story.status().message())
                .startsWith("it failed 3 times in the same way without a newer checkpoint (restart.fuse)");
    }

    @Test
    void aNewerCheckpointForgetsWhatWasTried() {
        for (int i = 1; i <= 6; i++) {
            story.reports(10L * i, i);
            dies(2, 139, "").stopped().is(JobPhase.PENDING);
            assertThat(story.last().effects()).contains(new PlaceAgain(i, hosts()));
            again();
        }
    }

    @Test
    void anotherFailureOfTheSameHostIsNotTheSameFailure() {
        dies(2, 139, "").stopped();
        again();
        dies(2, 1, "out of data").stopped().effects(new ForgetGang(2), new PlaceAgain(2, hosts()));
    }

    @Test
    void drainingAHostDoesNotMakeItASuspect() {
        dies(2, 139, "").stopped();
        again();
        dies(2, 139, "").stopped();
        again();
        story.drains("n1").stopped().effects(new ForgetGang(3), new PlaceAgain(3, hosts("n1")));
    }

    @Test
    void theRankThatWasKilledIsToBlameThoughItsPeersAreHeardFirst() {
        dies(0, 1, "ConnectionResetError: Connection reset by peer").is(JobPhase.STOPPING);
        dies(4, 137, "Killed").says("rank 4 on n3 was ended by signal 9");
        dies(2, 1, "Broken pipe").nothingFollows();
        story.stopped();

        assertThat(story.status().restarts().last().orElseThrow().hosts()).containsExactly("n3");
        assertThat(story.placement().outcome()).startsWith("rank 4 on n3");
    }

    @Test
    void ofEqualFailuresTheFirstIsToBlame() {
        dies(2, 1, "boom");
        dies(0, 1, "bang").nothingFollows();
    }

    @Test
    void aSlowStartIsTriedAgainInPlaceAndThenElsewhere() {
        JobStory slow = JobStory.submitted(Jobs.spec()).placed("n1", "n2", "n3");
        slow.happens(new StartOverdue(1, hosts("n3"), MINUTE))
                .is(JobPhase.STOPPING)
                .says("missing on n3");
        slow.stopped().effects(new ForgetGang(1), new PlaceAgain(1, hosts()));

        slow.placed("n1", "n2", "n3").happens(new StartOverdue(2, hosts("n3"), MINUTE));
        slow.stopped().effects(new ForgetGang(2), new PlaceAgain(2, hosts(), hosts("n3")));

        slow.placed("n1", "n2", "n4").happens(new StartOverdue(3, hosts("n4"), MINUTE));
        slow.stopped().is(JobPhase.FAILED);
    }

    @Test
    void aFaultFoundWithinFiveMinutesMovesTheBlameAndGivesTheRestartBack() {
        dies(2, 1, "cuda error").stopped();
        again().after(Duration.ofMinutes(4)).happens(new HostSuspected("n2", "xid 79"));

        story.says("the last failure is held against host n2").is(JobPhase.RUNNING);
        assertThat(story.status().restarts().applicationFailures()).isZero();
        assertThat(story.status().restarts().infrastructureFailures()).isEqualTo(1);
        assertThat(story.status().restarts().recent()).isEmpty();
        assertThat(story.status().avoidHosts()).containsExactly("n2");
        story.happens(new HostSuspected("n2", "xid 79")).nothingFollows();
    }

    @Test
    void aFaultFoundLaterOrElsewhereChangesNothing() {
        dies(2, 1, "cuda error").stopped();
        again().happens(new HostSuspected("n1", "xid 79")).nothingFollows();
        story.after(Duration.ofMinutes(6))
                .happens(new HostSuspected("n2", "xid 79"))
                .nothingFollows();
    }
}
