package dev.muster.controller.simulation;

import static dev.muster.controller.simulation.Specs.job;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.controller.operations.FleetOperations.NodeAction;
import dev.muster.controller.reconcile.NodeReconciler.Presence;
import dev.muster.controller.session.AgentCommand.StartRun;
import dev.muster.controller.session.AgentCommand.StopRun;
import dev.muster.controller.state.JobPhase;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of jobs when the controller dies and another takes over what the store holds. */
class RestartStoryTest {

    private final SmallCluster cluster = SmallCluster.of(3);

    @AfterEach
    void theBooksBalance() {
        cluster.assertThatNothingIsMiscounted();
    }

    private void advanceSeconds(long seconds) {
        cluster.advance(Duration.ofSeconds(seconds));
    }

    @Test
    void aRunningGangRunsOnAndNobodyIsToldToStartIt() {
        cluster.submit(job("a", 2).spec());
        cluster.agents.values().forEach(agent -> agent.commands.clear());
        cluster.restartController();
        cluster.reconnectAll();
        advanceSeconds(30);
        assertThat(cluster.phase("a")).isEqualTo(JobPhase.RUNNING);
        assertThat(cluster.attempt("a")).isEqualTo(1);
        cluster.agents.values().forEach(agent -> {
            assertThat(agent.heard(StartRun.class)).isEmpty();
            assertThat(agent.heard(StopRun.class)).isEmpty();
        });
    }

    @Test
    void aStopThatHadBegunIsContinued() {
        cluster.submit(job("a", 2).spec());
        cluster.agent("h1").obeysStops = false;
        cluster.agent("h2").obeysStops = false;
        cluster.cancel("a");
        cluster.restartController();
        assertThat(cluster.phase("a")).isEqualTo(JobPhase.STOPPING);
        cluster.agent("h1").obeysStops = true;
        cluster.agent("h2").obeysStops = true;
        cluster.reconnectAll();
        assertThat(cluster.phase("a")).isEqualTo(JobPhase.CANCELLED);
    }

    @Test
    void aHostThatStaysAwayIsLostAfterTheSettleTime() {
        cluster.submit(job("a", 2).spec());
        cluster.restartController();
        cluster.agent("h1").connect();
        cluster.agent("h3").connect();
        advanceSeconds(9);
        assertThat(cluster.presence("h2")).isEqualTo(Presence.UNKNOWN);
        assertThat(cluster.phase("a")).isEqualTo(JobPhase.RUNNING);
        advanceSeconds(2);
        assertThat(cluster.presence("h2")).isEqualTo(Presence.LOST);
        assertThat(cluster.hosts("a")).containsExactly("h1", "h3");
        assertThat(cluster.attempt("a")).isEqualTo(2);
    }

    @Test
    void aWaitingJobStartsOnceEveryKnownHostHasReportedOrWasGivenUp() {
        cluster.submit(job("big", 3).spec());
        cluster.submit(job("a", 2).spec());
        cluster.cancel("big");
        cluster.cancel("a");
        cluster.submit(job("held", 3).spec());
        cluster.submit(job("b", 2).spec());
        cluster.restartController();
        cluster.cancel("held");
        cluster.agent("h1").connect();
        cluster.agent("h2").connect();
        advanceSeconds(9);
        assertThat(cluster.attempt("b")).isZero();
        advanceSeconds(2);
        assertThat(cluster.presence("h3")).isEqualTo(Presence.LOST);
        advanceSeconds(SmallCluster.ISOLATION.toSeconds() + 5);
        assertThat(cluster.phase("b")).isEqualTo(JobPhase.RUNNING);
    }

    @Test
    void aWaitingJobNeedsNoOtherNewsThanThatTheLastSilentHostIsLost() {
        cluster.change("h2", NodeAction.CORDON);
        cluster.change("h3", NodeAction.CORDON);
        cluster.submit(job("b", 2).spec());
        cluster.restartController();
        cluster.agent("h2").connect();
        cluster.agent("h3").connect();
        cluster.change("h2", NodeAction.UNCORDON);
        cluster.change("h3", NodeAction.UNCORDON);
        assertThat(cluster.phase("b")).isEqualTo(JobPhase.PENDING);
        advanceSeconds(15);
        assertThat(cluster.phase("b")).isEqualTo(JobPhase.RUNNING);
    }

    @Test
    void aJobThatFitsOnTheHostsInSightDoesNotWaitForOneThatNeverComesBack() {
        cluster.submit(job("full", 3).spec());
        cluster.submit(job("b", 2).spec());
        cluster.cancel("full");
        cluster.cancel("b");
        cluster.restartController();
        cluster.agent("h1").connect();
        cluster.agent("h2").connect();
        cluster.settle();
        cluster.submit(job("c", 2).spec());
        assertThat(cluster.phase("c")).isEqualTo(JobPhase.PENDING);
        advanceSeconds(2);
        assertThat(cluster.phase("c")).isEqualTo(JobPhase.RUNNING);
        assertThat(cluster.presence("h3")).isEqualTo(Presence.UNKNOWN);
    }

    @Test
    void nobodyIsStoppedForRoomThatIsOnlyNotInSightYet() {
        cluster.submit(job("low", 1).spec());
        String host = cluster.hosts("low").get(0);
        cluster.restartController();
        cluster.agent(host).connect();
        cluster.submit(job("high", 1).withPriority(100).spec());
        advanceSeconds(9);
        assertThat(cluster.phase("low")).isEqualTo(JobPhase.RUNNING);
        assertThat(cluster.phase("high")).isEqualTo(JobPhase.PENDING);
        cluster.reconnectAll();
        assertThat(cluster.phase("high")).isEqualTo(JobPhase.RUNNING);
        assertThat(cluster.phase("low")).isEqualTo(JobPhase.RUNNING);
    }

    @Test
    void nothingIsStartedThatACrashCouldStillTakeBack() {
        cluster.store.hold();
        cluster.agent("h1").disconnect();
        cluster.settle();
        cluster.agent("h1").comeBack();
        cluster.settle();
        var unanswered = cluster.desk().submit(job("a", 3).spec(), "first");
        cluster.settle();
        assertThat(unanswered).isNotDone();
        assertThat(cluster.agent("h1").heard(StartRun.class)).isEmpty();

        cluster.restartController();
        cluster.reconnectAll();
        assertThat(cluster.find("a")).isEmpty();
        assertThat(cluster.agents.values())
                .allSatisfy(agent -> assertThat(agent.live()).isEmpty());
    }

    @Test
    void aHostThatCatchesUpHearsNothingThatIsNotDurable() {
        cluster.store.hold();
        cluster.change("h3", NodeAction.CORDON);
        cluster.agent("h1").comeBack();
        cluster.settle();
        var unanswered = cluster.desk().submit(job("a", 2).spec(), "first");
        cluster.settle();
        cluster.store.letOneGo();
        cluster.settle();
        assertThat(unanswered).isNotDone();
        assertThat(cluster.agents.values())
                .allSatisfy(agent -> assertThat(agent.live()).isEmpty());
        cluster.store.letGo();
        cluster.settle();
        assertThat(cluster.phase("a")).isEqualTo(JobPhase.RUNNING);
    }

    @Test
    void aDrainThatWasDurableIsCarriedOutThoughTheControllerDiedAtOnce() {
        cluster.submit(job("a", 1).spec());
        String host = cluster.hosts("a").get(0);
        cluster.store.hold();
        cluster.change(host, NodeAction.DRAIN);
        cluster.store.letOneGo();
        cluster.restartController();
        cluster.reconnectAll();
        advanceSeconds(5);
        assertThat(cluster.attempt("a")).isEqualTo(2);
        assertThat(cluster.hosts("a")).doesNotContain(host);
    }

    @Test
    void aNewLifeThatWasDurableCountsThoughTheControllerDiedAtOnce() {
        cluster.submit(job("a", 2).spec());
        cluster.store.hold();
        cluster.agent("h1").dieAndReturn();
        cluster.settle();
        cluster.store.letOneGo();
        cluster.restartController();
        cluster.reconnectAll();
        assertThat(cluster.attempt("a")).isEqualTo(2);
        assertThat(cluster.phase("a")).isEqualTo(JobPhase.RUNNING);
    }

    /** Its ranks count as dead, so the next attempt may run elsewhere before anybody hears of these. */
    @Test
    void aNewLifeIsNotToldToStartWhatWasPlacedOnTheOldOne() {
        cluster.change("h2", NodeAction.CORDON);
        cluster.change("h3", NodeAction.CORDON);
        cluster.store.hold();
        var answer = cluster.desk().submit(job("a", 1).spec(), "first");
        cluster.settle();
        cluster.agent("h1").dieAndReturn();
        cluster.settle();
        cluster.store.letGo();
        cluster.settle();
        assertThat(answer).isCompleted();
        assertThat(cluster.agent("h1").heard(StartRun.class))
                .extracting(StartRun::epoch)
                .containsExactly(2L);
        assertThat(cluster.phase("a")).isEqualTo(JobPhase.RUNNING);
    }
}
