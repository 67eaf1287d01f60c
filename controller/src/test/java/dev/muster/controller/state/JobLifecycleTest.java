package dev.muster.controller.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.muster.controller.state.Effect.ForgetGang;
import dev.muster.controller.state.Effect.PlaceAgain;
import dev.muster.controller.state.Effect.ReleaseHosts;
import dev.muster.controller.state.Effect.ReleaseSpare;
import dev.muster.controller.state.Effect.StartGang;
import dev.muster.controller.state.Effect.StopGang;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class JobLifecycleTest {

    private static final Duration TWO_SECONDS = Duration.ofSeconds(2);
    private static final Duration TEN_SECONDS = Duration.ofSeconds(10);

    @Test
    void aGangThatIsNeverDisturbedGoesFromSubmittedToFinished() {
        JobStory story = JobStory.submitted(Jobs.spec()).is(JobPhase.PENDING);

        story.after(Duration.ofSeconds(1)).placed("n1", "n2", "n3").is(JobPhase.STARTING);
        story.effects(new StartGang(story.placement())).says("attempt 1 on n1, n2, n3; spare n4");
        Instant placedAt = story.now();
        story.after(TEN_SECONDS).runs().is(JobPhase.RUNNING).effects();
        assertThat(story.placement().runningAt()).hasValue(story.now());
        story.after(Duration.ofHours(1)).succeeds().is(JobPhase.FINISHED);

        story.effects(new ReleaseHosts(1), new ForgetGang(1));
        assertThat(story.status().firstPlacedAt()).hasValue(placedAt);
        assertThat(story.status().finishedAt()).hasValue(story.now());
        assertThat(story.placement().endedAt()).hasValue(story.now());
        assertThat(story.history()).containsExactly("Submitted", "Placed", "Running", "Finished");
    }

    @Test
    void aGangWhoseRanksEndBeforeAllWereSeenRunningHasFinished() {
        JobStory.submitted(Jobs.spec()).placed("n1", "n2", "n3").succeeds().is(JobPhase.FINISHED);
    }

    @Test
    void aLostHostMovesTheGangToTheSpareFromItsCheckpoint() {
        JobStory story = JobStory.running(Jobs.spec()).reports(457, 400);

        story.loses("n2").is(JobPhase.STOPPING).effects(new StopGang(1, false, TWO_SECONDS));
        story.stopped().is(JobPhase.PENDING).effects(new ForgetGang(1), new PlaceAgain(1, hosts("n2")));
        assertThat(story.placement().outcome()).isEqualTo("host n2 lost: no heartbeat for 10s");
        story.placed("n1", "n3", "n4").is(JobPhase.STARTING).effects(new StartGang(story.placement()));

        story.says("attempt 2 on n1, n3, n4 (was spare), resumes from checkpoint 400");
        assertThat(story.status().restarts().infrastructureFailures()).isEqualTo(1);
        assertThat(story.status().restarts().applicationFailures()).isZero();
        assertThat(story.history())
                .containsExactly(
                        "Submitted", "Placed", "Running", "HostLost", "AttemptEnded", "Recovery", "Restarting");
    }

    @Test
    void aRankThatFailsJustBeforeItsPeersHostIsSeenLostIsNotBlamed() {
        JobStory story = JobStory.running(Jobs.spec());

        story.rankFails(0, "connection reset by peer").is(JobPhase.STOPPING);
        story.after(TWO_SECONDS).loses("n2").stopped();

        story.is(JobPhase.PENDING).effects(new ForgetGang(1), new PlaceAgain(1, hosts("n2")));
        assertThat(story.status().restarts()).isEqualTo(new RestartHistory(0, 1, List.of(), -1, Optional.empty()));
        assertThat(story.placement().outcome()).startsWith("host n2 lost");
    }

    @Test
    void aRankThatFailsAfterItsPeersHostIsLostIsNotBlamed() {
        JobStory story = JobStory.running(Jobs.spec()).loses("n2");

        story.rankFails(0, "connection reset by peer").nothingFollows();
        story.stopped();

        assertThat(story.status().restarts().applicationFailures()).isZero();
    }

    @Test
    void aRankThatFailsWhileTheGangSavesBeforeADrainIsNotBlamed() {
        JobStory story = JobStory.running(Jobs.spec()).drains("n1");

        story.rankFails(5, "killed by SIGUSR1").nothingFollows();
        story.stopped().is(JobPhase.PENDING);

        assertThat(story.status().restarts()).isEqualTo(RestartHistory.NONE);
    }

    @Test
    void hostsThatGoOneAfterTheOtherAreAllLeftOut() {
        JobStory story = JobStory.running(Jobs.spec()).faults("n1").loses("n3");

        story.effects().stopped().effects(new ForgetGang(1), new PlaceAgain(1, hosts("n1", "n3")));

        assertThat(story.status().avoidHosts()).containsExactly("n1");
        assertThat(story.status().restarts().infrastructureFailures()).isEqualTo(1);
    }

    @Test
    void aHostThatBrokeUnderTheJobIsAvoidedUntilAnOperatorReleasesIt() {
        JobStory story = JobStory.running(Jobs.spec()).faults("n1").stopped();
        story.placed("n2", "n3", "n4").loses("n2").stopped();

        story.effects(new ForgetGang(2), new PlaceAgain(2, hosts("n1", "n2")));
        story.happens(new LifecycleEvent.HostReleased("n1")).says("n1 may be used again");

        assertThat(story.status().avoidHosts()).isEmpty();
        story.happens(new LifecycleEvent.HostReleased("n1")).nothingFollows();
    }

    @Test
    void aDrainAsksForACheckpointFirst() {
        JobStory story = JobStory.running(Jobs.spec()).drains("n3");

        story.is(JobPhase.STOPPING).effects(new StopGang(1, true, TEN_SECONDS));
        story.reports(460, 460).stopped();

        story.effects(new ForgetGang(1), new PlaceAgain(1, hosts("n3")));
        story.placed("n1", "n2", "n4").says("resumes from checkpoint 460");
    }

    @Test
    void aDrainDoesNotSignalRanksThatHaveNotStartedOrKnowNoSignal() {
        JobStory.running(Jobs.specWithoutSignal()).drains("n3").effects(new StopGang(1, false, TEN_SECONDS));
        JobStory.submitted(Jobs.spec())
                .placed("n1", "n2", "n3")
                .drains("n3")
                .effects(new StopGang(1, false, TEN_SECONDS));
    }

    @Test
    void aHostLostWhileTheGangSavesEndsTheWait() {
        JobStory story = JobStory.running(Jobs.spec()).drains("n3").loses("n1");

        story.effects(new StopGang(1, false, TWO_SECONDS));
        story.stopped().effects(new ForgetGang(1), new PlaceAgain(1, hosts("n1", "n3")));
    }

    @Test
    void ranksThatAnswerADrainWithExitCodeZeroHaveNotFinished() {
        JobStory story = JobStory.running(Jobs.spec()).reports(400, 400).drains("n1");

        story.succeeds().is(JobPhase.PENDING).effects(new ForgetGang(1), new PlaceAgain(1, hosts("n1")));
    }

    @Test
    void ranksThatSavedForADrainHaveNotFinishedEvenIfAHostWasLostMeanwhile() {
        JobStory story = JobStory.running(Jobs.spec()).drains("n1").loses("n2");

        story.succeeds().is(JobPhase.PENDING).effects(new ForgetGang(1), new PlaceAgain(1, hosts("n1", "n2")));
    }

    @Test
    void ranksThatDidEveryStepHaveFinishedEvenDuringADrain() {
        JobStory story = JobStory.running(Jobs.spec());
        Progress done = new Progress(1000, 1000, OptionalDouble.empty(), 1000, 0, story.now());

        story.happens(new LifecycleEvent.ProgressReported(1, done)).drains("n1").succeeds();

        story.is(JobPhase.FINISHED);
    }

    @Test
    void ranksThatAllEndedWellHaveFinishedEvenWhileBeingCancelled() {
        JobStory.running(Jobs.specWithoutSignal()).cancelled().succeeds().is(JobPhase.FINISHED);
    }

    @Test
    void aSpareThatGoesIsGivenBackAndTheJobGoesOn() {
        JobStory story = JobStory.running(Jobs.spec());

        story.happens(new LifecycleEvent.SpareGone(1, "n4", "lost"));

        story.is(JobPhase.RUNNING).effects(new ReleaseSpare(1, "n4")).says("spare n4 is gone: lost");
        assertThat(story.placement().spares()).isEmpty();
        story.happens(new LifecycleEvent.SpareGone(1, "n4", "lost")).nothingFollows();
    }

    @Test
    void aHostThatIsOnlyASpareStopsNobody() {
        JobStory.running(Jobs.spec()).loses("n4").is(JobPhase.RUNNING).effects(new ReleaseSpare(1, "n4"));
        JobStory.running(Jobs.spec()).drains("n4").is(JobPhase.RUNNING).effects(new ReleaseSpare(1, "n4"));
        JobStory faulted = JobStory.running(Jobs.spec()).faults("n4").is(JobPhase.RUNNING);
        assertThat(faulted.status().avoidHosts()).containsExactly("n4");
    }

    @Test
    void aHostThatIsNotInTheGangStopsNobody() {
        JobStory.running(Jobs.spec()).loses("n9").nothingFollows();
        JobStory.running(Jobs.spec()).faults("n9").nothingFollows();
        JobStory.running(Jobs.spec()).drains("n9").nothingFollows();
    }

    @Test
    void aHungGangIsPutBackOnTheSameHosts() {
        JobStory story = JobStory.running(Jobs.spec()).reports(10, 0);

        story.happens(new LifecycleEvent.HangDetected(1, Duration.ofMinutes(10)));

        story.effects(new StopGang(1, false, TWO_SECONDS)).says("no progress for 10m");
        story.stopped().effects(new ForgetGang(1), new PlaceAgain(1, hosts()));
        assertThat(story.status().restarts().applicationFailures()).isEqualTo(1);
    }

    @Test
    void ranksThatEndedBecauseTheyWereCutOffCountAsInfrastructure() {
        JobStory story = JobStory.running(Jobs.spec()).stopped();

        story.is(JobPhase.PENDING).effects(new ForgetGang(1), new PlaceAgain(1, hosts()));
        assertThat(story.status().restarts()).isEqualTo(new RestartHistory(0, 1, List.of(), -1, Optional.empty()));
    }

    @Test
    void aPreemptedJobGivesItsHostsBackAndWaits() {
        JobStory story = JobStory.running(Jobs.spec());
        JobRecord preempted = story.record()
                .with(story.status().stopping(StopCause.of(StopCause.Kind.PREEMPTION, "needed by research/big")));

        Transition stopped =
                JobLifecycle.on(preempted, story.latestPlacement(), new LifecycleEvent.GangStopped(1), story.now());

        assertThat(stopped.record().phase()).isEqualTo(JobPhase.PENDING);
        assertThat(stopped.record().status().restarts()).isEqualTo(RestartHistory.NONE);
        assertThat(stopped.effects()).containsExactly(new ReleaseHosts(1), new ForgetGang(1));
    }

    @Test
    void aJobThatRanAsLongAsItSaidSavesAndHasFailed() {
        JobStory story = JobStory.running(Jobs.spec()).happens(new LifecycleEvent.WalltimeReached(1));

        story.effects(new StopGang(1, true, TEN_SECONDS)).stopped().is(JobPhase.FAILED);

        story.effects(new ReleaseHosts(1), new ForgetGang(1));
        assertThat(story.status().message()).isEqualTo("walltime 72h reached");
    }

    @Test
    void aCancelledGangIsStoppedGently() {
        JobStory story = JobStory.running(Jobs.spec()).cancelled();

        story.is(JobPhase.STOPPING).effects(new StopGang(1, false, TEN_SECONDS));
        story.cancelled().nothingFollows();
        story.loses("n1").is(JobPhase.STOPPING);
        story.stopped().is(JobPhase.CANCELLED).effects(new ReleaseHosts(1), new ForgetGang(1));

        story.cancelled().refuses("research/llama has already ended as CANCELLED");
    }

    @Test
    void aCancellationDoesNotWaitForTheCheckpointOfADrain() {
        JobStory.running(Jobs.spec()).drains("n1").cancelled().effects(new StopGang(1, false, TEN_SECONDS));
    }

    @Test
    void aCancellationOfARecoveringJobWinsWithoutALongerGrace() {
        JobStory story = JobStory.running(Jobs.spec()).loses("n1").cancelled().effects();

        story.stopped().is(JobPhase.CANCELLED);
    }

    @Test
    void aJobThatWaitsIsCancelledAtOnce() {
        JobStory story = JobStory.submitted(Jobs.spec()).cancelled();

        story.is(JobPhase.CANCELLED).effects();
        assertThat(story.status().finishedAt()).hasValue(story.now());
    }

    @Test
    void aHeldJobIsNotPlacedUntilItIsReleased() {
        JobStory story = JobStory.submittedHeld(Jobs.spec());

        story.placed("n1", "n2", "n3").refuses("is held");
        story.happens(new LifecycleEvent.HoldRequested()).nothingFollows();
        story.happens(new LifecycleEvent.ReleaseRequested()).is(JobPhase.PENDING);
        assertThat(story.status().held()).isFalse();
        assertThat(story.status().message()).isEmpty();
        story.happens(new LifecycleEvent.ReleaseRequested()).nothingFollows();

        story.placed("n1", "n2", "n3").is(JobPhase.STARTING);
    }

    @Test
    void onlyAJobThatWaitsCanBeHeld() {
        JobStory story = JobStory.running(Jobs.spec());

        story.happens(new LifecycleEvent.HoldRequested()).refuses("is RUNNING; only a job that waits can be held");
        story.happens(new LifecycleEvent.ReleaseRequested()).nothingFollows();
        story.succeeds().happens(new LifecycleEvent.HoldRequested()).refuses("has already ended as FINISHED");
        story.happens(new LifecycleEvent.ReleaseRequested()).refuses("has already ended as FINISHED");
    }

    @Test
    void aPlacementDecidedBeforeTheJobWasCancelledIsDropped() {
        JobStory.submitted(Jobs.spec()).cancelled().placed("n1", "n2", "n3").refuses("already ended as CANCELLED");
    }

    @Test
    void whatAnEarlierAttemptSaysIsIgnored() {
        JobStory story = JobStory.running(Jobs.spec()).loses("n2").stopped();

        story.happens(new LifecycleEvent.RankFailed(1, "n1", 0, 1, "late")).nothingFollows();
        story.placed("n1", "n3", "n4");

        story.happens(new LifecycleEvent.RankFailed(1, "n1", 0, 1, "late")).nothingFollows();
        story.happens(new LifecycleEvent.GangSucceeded(1)).nothingFollows();
        story.happens(new LifecycleEvent.GangStopped(1)).nothingFollows();
        story.happens(new LifecycleEvent.ProgressReported(1, Jobs.progress(9, 9, story.now())))
                .nothingFollows();
    }

    @Test
    void aCheckpointStaysKnownWhenTheNextAttemptHasNotSavedYet() {
        JobStory story =
                JobStory.running(Jobs.spec()).reports(457, 400).loses("n2").stopped();

        story.placed("n1", "n3", "n4").runs().reports(401, 0).loses("n1").stopped();

        story.placed("n3", "n4", "n5").says("resumes from checkpoint 400");
    }

    @Test
    void aSecondGangBesideOneThatHoldsHostsIsABrokenInvariant() {
        JobStory story = JobStory.running(Jobs.spec());

        assertThatIllegalStateException()
                .isThrownBy(() -> story.placed("n5", "n6", "n7"))
                .withMessageContaining("research/llama")
                .withMessageContaining("one attempt at a time");
    }

    @Test
    void anAttemptThatIsSkippedIsABrokenInvariant() {
        JobStory story = JobStory.submitted(Jobs.spec());
        PlacementRecord third = Jobs.placement(3, story.now(), List.of("n1", "n2", "n3"), List.of());

        assertThatIllegalStateException()
                .isThrownBy(() -> story.happens(new LifecycleEvent.Placed(third)))
                .withMessageContaining("attempt 1 as its next one, not 3");
    }

    @Test
    void aRunningJobWithoutItsPlacementIsABrokenInvariant() {
        JobStory story = JobStory.running(Jobs.spec());

        assertThatIllegalStateException()
                .isThrownBy(() -> JobLifecycle.resume(story.record(), Optional.empty()))
                .withMessageContaining("the record of its present attempt");
    }

    @Test
    void aControllerThatStartsAgainKnowsWhatIsLeftToDo() {
        JobStory story = JobStory.submitted(Jobs.spec());
        assertThat(resume(story)).isEmpty();
        story.placed("n1", "n2", "n3");
        assertThat(resume(story)).containsExactly(new StartGang(story.placement()));
        story.runs();
        assertThat(resume(story)).isEmpty();
        Effect asked = story.drains("n1").last().effects().get(0);
        assertThat(resume(story)).containsExactly(asked);
        Effect shorter = story.loses("n2").last().effects().get(0);
        assertThat(resume(story)).containsExactly(shorter);
        story.stopped();
        assertThat(resume(story)).containsExactly(new ForgetGang(1));
        story.placed("n3", "n4", "n5").succeeds();
        assertThat(resume(story)).containsExactly(new ForgetGang(2));
    }

    @Test
    void theLinesOfAVeryLargeGangStayShort() {
        String[] hosts =
                IntStream.range(0, 10_000).mapToObj(i -> "node" + (100_000 + i)).toArray(String[]::new);

        JobStory.submitted(Jobs.spec()).placed(hosts).says("node100007 and 9992 more; spare n4");
    }

    private static List<Effect> resume(JobStory story) {
        return JobLifecycle.resume(story.record(), story.latestPlacement());
    }

    private static SortedSet<String> hosts(String... hosts) {
        return new TreeSet<>(List.of(hosts));
    }
}
