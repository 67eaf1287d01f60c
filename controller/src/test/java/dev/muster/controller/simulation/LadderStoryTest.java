package dev.muster.controller.simulation;

import static dev.muster.controller.simulation.Specs.job;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.controller.session.AgentMessage.HealthReport;
import dev.muster.controller.state.HealthEvent;
import dev.muster.controller.state.HealthEvent.Severity;
import dev.muster.controller.state.JobEvent;
import dev.muster.controller.state.JobPhase;
import dev.muster.controller.workload.RankState;
import java.time.Duration;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A gang on its way down the recovery ladder. */
class LadderStoryTest {

    private final SmallCluster cluster = SmallCluster.of(4);

    @AfterEach
    void theBooksBalance() {
        cluster.assertThatNothingIsMiscounted();
    }

    private void crashOn(String host) {
        cluster.agent(host).endAll(RankState.FAILED);
        cluster.settle();
    }

    private void fault(String host, String id, Severity severity) {
        cluster.agent(host)
                .say(new HealthReport(new HealthEvent(
                        id, cluster.now(), "ecc", "", OptionalInt.of(0), "", severity, "memory errors", "")));
        cluster.settle();
    }

    private Iterable<String> recoveries(String name) {
        return cluster.model().events(cluster.job(name).uid()).stream()
                .filter(event -> event.type().equals("Recovery"))
                .map(JobEvent::message)
                .toList();
    }

    @Test
    void aRankThatDiesIsRestartedInPlaceThenItsHostIsReplaced() {
        cluster.submit(job("a", 2).spec());
        assertThat(cluster.hosts("a")).containsExactly("h1", "h2");
        crashOn("h2");
        assertThat(cluster.hosts("a")).containsExactly("h1", "h2");
        assertThat(cluster.phase("a")).isEqualTo(JobPhase.RUNNING);
        crashOn("h2");
        assertThat(cluster.hosts("a")).containsExactly("h1", "h3");
        assertThat(cluster.job("a").status().avoidHosts()).containsExactly("h2");
        assertThat(recoveries("a"))
                .satisfiesExactly(
                        first -> assertThat(first)
                                .startsWith("restarted in place after: rank 4 on h2 exited with code 1"),
                        second -> assertThat(second)
                                .startsWith("hosts replaced after:")
                                .contains("h2 is suspect"));
    }

    @Test
    void theNextStepIsTheSameForAControllerThatHasJustStarted() {
        cluster.submit(job("a", 2).spec());
        crashOn("h2");
        cluster.restartController();
        cluster.reconnectAll();
        crashOn("h2");
        assertThat(cluster.hosts("a")).containsExactly("h1", "h3");
    }

    @Test
    void aSuspectStaysWhereNothingCanTakeItsPlace() {
        cluster.submit(job("a", 4).spec());
        crashOn("h2");
        crashOn("h2");
        assertThat(cluster.phase("a")).isEqualTo(JobPhase.RUNNING);
        assertThat(cluster.attempt("a")).isEqualTo(3);
        assertThat(cluster.job("a").status().avoidHosts()).isEmpty();
    }

    @Test
    void aGangThatDoesNotComeUpThoughItsHostsAnswerIsStartedAnewAndThenElsewhere() {
        cluster.agent("h2").startsSlowly = true;
        cluster.submit(job("a", 2).spec());
        cluster.advance(Duration.ofMinutes(9));
        assertThat(cluster.attempt("a")).isEqualTo(1);
        cluster.advance(Duration.ofMinutes(1));
        assertThat(cluster.attempt("a")).isEqualTo(2);
        assertThat(cluster.hosts("a")).containsExactly("h1", "h2");
        cluster.advance(Duration.ofMinutes(10));
        assertThat(cluster.attempt("a")).isEqualTo(3);
        assertThat(cluster.hosts("a")).containsExactly("h1", "h3");
        assertThat(cluster.phase("a")).isEqualTo(JobPhase.RUNNING);
    }

    @Test
    void aGangThatCannotBeMadeWholeGoesOnWithFewerHostsAndGrowsBackWhenThatIsWorthARestart() {
        cluster.submit(job("a", 4).elastic(2));
        cluster.agent("h2").die();
        cluster.advance(Duration.ofSeconds(3));
        assertThat(cluster.hosts("a")).containsExactly("h1", "h3", "h4");
        assertThat(cluster.phase("a")).isEqualTo(JobPhase.RUNNING);

        cluster.agent("h2").connect();
        cluster.advance(Duration.ofMinutes(19));
        assertThat(cluster.attempt("a")).isEqualTo(2);
        cluster.advance(Duration.ofMinutes(2));
        assertThat(cluster.attempt("a")).isEqualTo(3);
        assertThat(cluster.hosts("a")).containsExactly("h1", "h2", "h3", "h4");
        assertThat(cluster.job("a").status().restarts().applicationFailures()).isZero();
        assertThat(recoveries("a"))
                .satisfiesExactly(
                        first -> assertThat(first).startsWith("shrunk after: host h2 lost"),
                        second -> assertThat(second).startsWith("grown after: room for more than 3 of 4 hosts"));
    }

    @Test
    void aGangThatMayNotShrinkAnyFurtherWaits() {
        cluster.submit(job("a", 4).elastic(3));
        cluster.agent("h2").die();
        cluster.agent("h3").die();
        cluster.advance(Duration.ofSeconds(3));
        assertThat(cluster.phase("a")).isEqualTo(JobPhase.PENDING);
        assertThat(recoveries("a")).last().asString().startsWith("requeued: no room");
        cluster.agent("h3").connect();
        cluster.settle();
        assertThat(cluster.hosts("a")).containsExactly("h1", "h3", "h4");
    }

    @Test
    void aHostThatAnswersButDoesNotGetRidOfItsRanksIsLeftBehindAndGetsNothingNew() {
        cluster.submit(job("a", 2).spec());
        cluster.agent("h1").obeysStops = false;
        crashOn("h2");
        cluster.advance(Duration.ofSeconds(60));
        assertThat(cluster.phase("a")).isEqualTo(JobPhase.STOPPING);
        cluster.advance(Duration.ofSeconds(5));
        assertThat(cluster.hosts("a")).containsExactly("h2", "h3");
        assertThat(cluster.phase("a")).isEqualTo(JobPhase.RUNNING);

        cluster.submit(job("b", 2).spec());
        assertThat(cluster.phase("b")).isEqualTo(JobPhase.PENDING);
        cluster.agent("h1").finishStops();
        cluster.settle();
        assertThat(cluster.hosts("b")).containsExactly("h1", "h4");
    }

    @Test
    void aFaultOfTheHostShortlyBeforeTakesTheBlame() {
        cluster.submit(job("a", 2).spec());
        fault("h2", "e1", Severity.SUBHEALTHY);
        cluster.advance(Duration.ofMinutes(9));
        crashOn("h2");
        assertThat(cluster.hosts("a")).containsExactly("h1", "h3");
        assertThat(cluster.job("a").status().restarts().applicationFailures()).isZero();
        assertThat(cluster.job("a").status().restarts().infrastructureFailures())
                .isEqualTo(1);
        assertThat(cluster.job("a").status().avoidHosts()).containsExactly("h2");
    }

    @Test
    void aFaultFoundShortlyAfterTheGangHasGoneOnTakesTheBlameToo() {
        cluster.submit(job("a", 2).spec());
        crashOn("h2");
        assertThat(cluster.job("a").status().restarts().applicationFailures()).isEqualTo(1);
        cluster.restartController();
        cluster.reconnectAll();
        cluster.advance(Duration.ofMinutes(4));
        fault("h2", "e1", Severity.SUBHEALTHY);
        assertThat(cluster.job("a").status().restarts().applicationFailures()).isZero();
        assertThat(cluster.job("a").status().avoidHosts()).containsExactly("h2");
        assertThat(cluster.phase("a")).isEqualTo(JobPhase.RUNNING);
    }

    @Test
    void aFaultFoundAfterTheJobHasFailedIsSaidAndItsAccountStaysClosed() {
        cluster.submit(job("a", 2).spec());
        crashOn("h2");
        crashOn("h2");
        crashOn("h3");
        assertThat(cluster.phase("a")).isEqualTo(JobPhase.FAILED);
        cluster.advance(Duration.ofMinutes(4));
        fault("h3", "e1", Severity.SUBHEALTHY);
        assertThat(cluster.phase("a")).isEqualTo(JobPhase.FAILED);
        assertThat(cluster.model().events(cluster.job("a").uid()))
                .last()
                .satisfies(event -> assertThat(event.message())
                        .contains("host h3 is to blame", "the job stays FAILED, submit it again", "memory errors"));
    }

    @Test
    void manyGangsThatCannotGrowDoNotKeepAnotherFromIt() {
        SmallCluster large = SmallCluster.of(22);
        for (int i = 10; i < 20; i++) {
            large.submit(job("a" + i, 2).elastic(1));
        }
        large.submit(job("z", 2).withAccelerators(1).elastic(1));
        for (int i = 2; i <= 22; i += 2) {
            large.agent("h" + i).die();
        }
        large.advance(Duration.ofSeconds(3));
        assertThat(large.hosts("a10")).containsExactly("h1");
        assertThat(large.hosts("z")).containsExactly("h21");
        large.submit(job("filler", 1).withAccelerators(3).spec());
        large.submit(job("more", 1).withAccelerators(3).spec());
        large.agent("h22").connect();
        large.settle();
        assertThat(large.hosts("more"))
                .as("leaves room for one accelerator only")
                .containsExactly("h22");

        large.advance(Duration.ofMinutes(21));
        assertThat(large.hosts("z")).containsExactly("h21", "h22");
        large.assertThatNothingIsMiscounted();
    }
}
