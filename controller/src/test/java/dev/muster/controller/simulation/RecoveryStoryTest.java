package dev.muster.controller.simulation;

import static dev.muster.controller.simulation.Specs.job;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.controller.operations.FleetOperations.NodeAction;
import dev.muster.controller.reconcile.NodeReconciler.Presence;
import dev.muster.controller.session.AgentCommand.Refused;
import dev.muster.controller.session.AgentCommand.StartRun;
import dev.muster.controller.session.AgentCommand.StopRun;
import dev.muster.controller.session.AgentMessage.ProgressReport;
import dev.muster.controller.session.AgentMessage.RunReport;
import dev.muster.controller.state.JobPhase;
import dev.muster.controller.state.Progress;
import dev.muster.controller.workload.RankState;
import dev.muster.controller.workload.RunPhase;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of gangs when hosts go silent, die and come back. */
class RecoveryStoryTest {

    private SmallCluster cluster = SmallCluster.of(3);

    @AfterEach
    void theBooksBalance() {
        cluster.assertThatNothingIsMiscounted();
    }

    private void advanceSeconds(long seconds) {
        cluster.advance(Duration.ofSeconds(seconds));
    }

    @Test
    void aGangStartsOnEveryHostAtOnceAndIsOneRecord() {
        cluster.submit(job("a", 3).spec());

        assertThat(cluster.phase("a")).isEqualTo(JobPhase.RUNNING);
        assertThat(cluster.hosts("a")).containsExactly("h1", "h2", "h3");
        assertThat(cluster.hostsThatStarted(cluster.job("a").uid(), 1)).containsExactly("h1", "h2", "h3");
        assertThat(cluster.model().attempts(cluster.job("a").uid())).hasSize(1);
    }

    @Test
    void aStartThatGotLostIsSentWhenItsHostRegistersInTheSameLife() {
        cluster.agent("h2").disconnect();
        cluster.submit(job("a", 3).spec());
        assertThat(cluster.phase("a")).isEqualTo(JobPhase.STARTING);
        assertThat(cluster.agent("h2").heard(StartRun.class)).isEmpty();

        cluster.agent("h2").comeBack();
        cluster.settle();
        assertThat(cluster.phase("a")).isEqualTo(JobPhase.RUNNING);
        assertThat(cluster.attempt("a")).isEqualTo(1);
    }

    @Test
    void aLostStartIsSentThoughTheHostStillRemembersAnEarlierAttempt() {
        cluster.submit(job("a", 3).spec());
        cluster.agent("h2").live().forEach(run -> cluster.agent("h2").end(run, RankState.FAILED));
        cluster.agent("h2").disconnect();
        cluster.settle();
        assertThat(cluster.attempt("a")).isEqualTo(2);
        assertThat(cluster.hosts("a")).contains("h2");

        cluster.agent("h2").comeBack();
        cluster.settle();
        assertThat(cluster.phase("a")).isEqualTo(JobPhase.RUNNING);
    }

    @Test
    void aSilentHostIsLostAfterTenSecondsAndNotBefore() {
        cluster.agent("h1").cutOff();
        advanceSeconds(9);
        assertThat(cluster.presence("h1")).isEqualTo(Presence.PRESENT);
        advanceSeconds(2);
        assertThat(cluster.presence("h1")).isEqualTo(Presence.LOST);
    }

    @Test
    void aHostThatClosedItsStreamIsLostAfterTwoSecondsAndNotBefore() {
        cluster.agent("h1").disconnect();
        advanceSeconds(1);
        assertThat(cluster.presence("h1")).isEqualTo(Presence.PRESENT);
        advanceSeconds(1);
        assertThat(cluster.presence("h1")).isEqualTo(Presence.LOST);
    }

    @Test
    void eachAbsenceHasItsOwnTwoSeconds() {
        cluster.submit(job("a", 3).spec());
        cluster.agent("h1").disconnect();
        advanceSeconds(1);
        cluster.agent("h1").comeBack();
        cluster.advance(Duration.ofMillis(500));
        cluster.agent("h1").disconnect();
        advanceSeconds(1);
        assertThat(cluster.presence("h1")).isEqualTo(Presence.PRESENT);

        cluster.agent("h1").comeBack();
        advanceSeconds(5);
        assertThat(cluster.attempt("a")).isEqualTo(1);
        assertThat(cluster.phase("a")).isEqualTo(JobPhase.RUNNING);
    }

    @Test
    void theNextAttemptOfAGangThatLostAHostWaitsUntilASurvivorHasStopped() {
        cluster.submit(job("a", 2).spec());
        cluster.agent("h1").obeysStops = false;
        cluster.agent("h2").cutOff();
        advanceSeconds(30);
        assertThat(cluster.phase("a")).isEqualTo(JobPhase.STOPPING);
        assertThat(cluster.agent("h1").heard(StopRun.class)).isNotEmpty();
        assertThat(cluster.agent("h3").heard(StartRun.class)).isEmpty();

        cluster.agent("h1").finishStops();
        cluster.settle();
        assertThat(cluster.attempt("a")).isEqualTo(2);
        assertThat(cluster.hosts("a")).containsExactly("h1", "h3");
        assertThat(cluster.phase("a")).isEqualTo(JobPhase.RUNNING);
    }

    @Test
    void aGangThatLostEveryHostWaitsForItsIsolationTimeout() {
        cluster.submit(job("a", 2).spec());
        cluster.agent("h1").cutOff();
        cluster.agent("h2").cutOff();
        advanceSeconds(10 + SmallCluster.ISOLATION.toSeconds() - 5);
        assertThat(cluster.attempt("a")).isEqualTo(1);
        assertThat(cluster.phase("a")).isEqualTo(JobPhase.STOPPING);

        cluster.agent("h4").connect();
        advanceSeconds(10);
        assertThat(cluster.attempt("a")).isEqualTo(2);
        assertThat(cluster.hosts("a")).containsExactly("h3", "h4");
        assertThat(cluster.phase("a")).isEqualTo(JobPhase.RUNNING);
    }

    @Test
    void aJobMayBringItsOwnIsolationTimeout() {
        cluster.submit(job("a", 1).withIsolation(Duration.ofSeconds(30)).spec());
        cluster.agent("h1").cutOff();
        advanceSeconds(38);
        assertThat(cluster.attempt("a")).isEqualTo(1);
        advanceSeconds(5);
        assertThat(cluster.attempt("a")).isEqualTo(2);
    }

    @Test
    void aNewLifeOrANewKernelProvesAtOnceThatTheRanksAreDead() {
        cluster.submit(job("a", 1).spec());
        cluster.agent("h1").dieAndReturn();
        cluster.settle();
        assertThat(cluster.attempt("a")).isEqualTo(2);
        String host = cluster.hosts("a").get(0);
        cluster.agent(host).reboot();
        cluster.settle();
        assertThat(cluster.attempt("a")).isEqualTo(3);
        assertThat(cluster.phase("a")).isEqualTo(JobPhase.RUNNING);
    }

    @Test
    void aHostThatComesBackWithAnOldRunGetsNothingNewUntilThatIsGone() {
        cluster.submit(job("a", 2).spec());
        cluster.agent("h2").cutOff();
        advanceSeconds(15);
        assertThat(cluster.hosts("a")).containsExactly("h1", "h3");

        cluster.submit(job("b", 1).spec());
        cluster.agent("h2").obeysStops = false;
        cluster.agent("h2").comeBack();
        cluster.settle();
        assertThat(cluster.agent("h2").heard(StopRun.class)).isNotEmpty();
        assertThat(cluster.phase("b")).isEqualTo(JobPhase.PENDING);

        cluster.agent("h2").finishStops();
        cluster.settle();
        assertThat(cluster.phase("b")).isEqualTo(JobPhase.RUNNING);
        assertThat(cluster.attempt("b")).isEqualTo(1);
    }

    @Test
    void aNewLifeOfAHostWithAnOldRunMayBeUsedAtOnce() {
        cluster.submit(job("a", 2).spec());
        cluster.agent("h2").cutOff();
        advanceSeconds(15);
        cluster.agent("h2").obeysStops = false;
        cluster.agent("h2").comeBack();
        cluster.settle();
        cluster.agent("h2").dieAndReturn();
        cluster.submit(job("b", 1).spec());
        assertThat(cluster.phase("b")).isEqualTo(JobPhase.RUNNING);
    }

    @Test
    void aPlannedStopKeepsItsTimeToSaveThroughABrokenStream() {
        Duration grace = Duration.ofMinutes(2);
        cluster.submit(job("a", 2).thatSaves(grace).spec());
        cluster.agent("h1").obeysStops = false;
        cluster.agent("h2").obeysStops = false;
        cluster.change("h1", NodeAction.DRAIN);
        cluster.agent("h1").comeBack();
        cluster.settle();
        assertThat(cluster.agent("h1").heard(StopRun.class))
                .hasSizeGreaterThan(1)
                .allSatisfy(stop -> {
                    assertThat(stop.checkpointSignal()).contains("SIGUSR1");
                    assertThat(stop.checkpointGrace()).isEqualTo(grace);
                });
    }

    @Test
    void aSecondAgentWithTheSameHostNameIsRefusedAndMayTryAgain() {
        FakeAgent second = new FakeAgent("h1", cluster);
        second.beginAnotherLife();
        second.connect();
        cluster.settle();
        assertThat(second.heard(Refused.class))
                .singleElement()
                .satisfies(no -> assertThat(no.retry()).isTrue());
        assertThat(cluster.agent("h1").isConnected()).isTrue();

        cluster.agent("h1").cutOff();
        advanceSeconds(11);
        second.connect();
        cluster.settle();
        assertThat(second.isConnected()).isTrue();
        assertThat(second.heard(Refused.class)).hasSize(1);
    }

    @Test
    void aLostSpareLeavesTheRecordAndTheJobGoesOn() {
        cluster.submit(job("a", 2).withSpares(1).spec());
        String spare = cluster.placement("a").spares().get(0).host();
        cluster.agent(spare).cutOff();
        advanceSeconds(12);
        assertThat(cluster.placement("a").spares()).hasSize(1);
        advanceSeconds(30);
        assertThat(cluster.phase("a")).isEqualTo(JobPhase.RUNNING);
        assertThat(cluster.attempt("a")).isEqualTo(1);
        assertThat(cluster.placement("a").spares()).isEmpty();
        cluster.assertThatNothingIsMiscounted();
    }

    @Test
    void aSpareWhoseAgentIsStartedAnewStaysASpare() {
        cluster.submit(job("a", 2).withSpares(1).spec());
        String spare = cluster.placement("a").spares().get(0).host();
        cluster.agent(spare).die();
        advanceSeconds(5);
        cluster.agent(spare).connect();
        advanceSeconds(60);
        assertThat(cluster.placement("a").spares())
                .singleElement()
                .satisfies(held -> assertThat(held.host()).isEqualTo(spare));
        cluster.agent("h1").die();
        advanceSeconds(3);
        assertThat(cluster.hosts("a")).contains(spare);
        assertThat(cluster.phase("a")).isEqualTo(JobPhase.RUNNING);
    }

    @Test
    void aSpareThatIsAwayWhenItIsNeededIsPassedOver() {
        cluster.agent("h4").connect();
        cluster.settle();
        cluster.submit(job("a", 2).withSpares(1).spec());
        String spare = cluster.placement("a").spares().get(0).host();
        cluster.agent(spare).die();
        cluster.agent("h1").die();
        advanceSeconds(3);
        assertThat(cluster.hosts("a")).containsExactly("h2", "h4");
        assertThat(cluster.phase("a")).isEqualTo(JobPhase.RUNNING);
    }

    @Test
    void whenOneHostHasSavedTheOthersNeedNotWaitForTheirGrace() {
        cluster.submit(job("a", 2).thatSaves(Duration.ofMinutes(2)).spec());
        String uid = cluster.job("a").uid();
        cluster.agent("h1").say(new ProgressReport(uid, 1, progress(40, 30)));
        cluster.agent("h1").obeysStops = false;
        cluster.agent("h2").obeysStops = false;
        cluster.change("h2", NodeAction.DRAIN);
        cluster.agent("h1").say(new ProgressReport(uid, 1, progress(41, 30)));
        cluster.settle();
        assertThat(cluster.agent("h2").heard(StopRun.class)).hasSize(1);

        cluster.agent("h1").say(new ProgressReport(uid, 1, progress(42, 42)));
        cluster.settle();
        for (String host : List.of("h1", "h2")) {
            assertThat(cluster.agent(host).heard(StopRun.class).get(1).checkpointSignal())
                    .isEmpty();
        }
    }

    private Progress progress(long step, long checkpoint) {
        return new Progress(step, checkpoint, OptionalDouble.empty(), 0, 0, cluster.now());
    }

    @Test
    void anEpochThatNoAttemptCanHaveIsNoReasonToDie() {
        cluster.agent("h1").say(new RunReport("stranger", 1L << 40, RunPhase.RUNNING, List.of(), ""));
        cluster.agent("h1")
                .say(new ProgressReport(
                        "stranger", 1L << 40, new Progress(1, 0, OptionalDouble.empty(), 0, 0, cluster.now())));
        cluster.settle();
        assertThat(cluster.agent("h1").isConnected()).isTrue();
    }

    @Test
    void aReportThatABusyControllerCouldNotTakeIsMadeAgain() {
        cluster.submit(job("a", 2).spec());
        cluster.flood();
        cluster.agent("h2").endAll(RankState.FAILED);
        cluster.settle();
        assertThat(cluster.agent("h2").isConnected())
                .as("it was sent away, so that it comes back and says it again")
                .isFalse();

        cluster.agent("h2").connect();
        cluster.settle();
        assertThat(cluster.attempt("a")).isEqualTo(2);
    }
}
