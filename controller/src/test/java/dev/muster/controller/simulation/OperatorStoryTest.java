package dev.muster.controller.simulation;

import static dev.muster.controller.simulation.Specs.job;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.controller.operations.FleetOperations.NodeAction;
import dev.muster.controller.session.AgentCommand.StartRun;
import dev.muster.controller.session.AgentMessage.HealthReport;
import dev.muster.controller.session.AgentMessage.ProgressReport;
import dev.muster.controller.state.HealthEvent;
import dev.muster.controller.state.HealthEvent.Severity;
import dev.muster.controller.state.JobPhase;
import dev.muster.controller.state.Progress;
import dev.muster.controller.workload.RankState;
import dev.muster.scheduler.cluster.QueueSpec;
import dev.muster.scheduler.job.ResourceVector;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What users, operators and failing devices do to jobs. */
class OperatorStoryTest {

    private final SmallCluster cluster = SmallCluster.of(3);

    @AfterEach
    void theBooksBalance() {
        cluster.assertThatNothingIsMiscounted();
    }

    private void report(String host, Severity severity) {
        cluster.agent(host)
                .say(new HealthReport(new HealthEvent(
                        host + severity,
                        cluster.now(),
                        "xid",
                        "79",
                        OptionalInt.of(0),
                        "GPU-0",
                        severity,
                        "fell off the bus",
                        "")));
        cluster.settle();
    }

    @Test
    void aFatalDeviceMovesTheGangAndItsHostIsUsedAgainOnlyOnceReleased() {
        cluster.submit(job("a", 2).spec());
        report("h1", Severity.FATAL);
        assertThat(cluster.hosts("a")).containsExactly("h2", "h3");
        assertThat(cluster.observed).containsExactly("placed after 0 s", "restart for HOST_FAULT");

        cluster.submit(job("b", 1).spec());
        assertThat(cluster.phase("b")).isEqualTo(JobPhase.PENDING);
        cluster.change("h1", NodeAction.RELEASE);
        assertThat(cluster.hosts("b")).containsExactly("h1");
    }

    @Test
    void aSubhealthyHostKeepsWhatItHasAndGetsNothingNew() {
        cluster.submit(job("a", 1).withAccelerators(2).spec());
        String host = cluster.hosts("a").get(0);
        report(host, Severity.SUBHEALTHY);
        cluster.submit(job("b", 3).withAccelerators(2).spec());
        assertThat(cluster.attempt("a")).isEqualTo(1);
        assertThat(cluster.phase("a")).isEqualTo(JobPhase.RUNNING);
        assertThat(cluster.phase("b")).isEqualTo(JobPhase.PENDING);
    }

    @Test
    void aQuarantineMovesTheGang() {
        cluster.submit(job("a", 2).spec());
        cluster.change("h2", NodeAction.QUARANTINE);
        assertThat(cluster.hosts("a")).containsExactly("h1", "h3");
        assertThat(cluster.phase("a")).isEqualTo(JobPhase.RUNNING);
    }

    @Test
    void aGangThatGoesOnStoppingTimeIsHungAfterTheSilenceItNeverNeeded() {
        cluster.submit(job("a", 1).spec());
        String host = cluster.hosts("a").get(0);
        for (int step = 1; step <= 2; step++) {
            Progress progress = new Progress(step, 0, OptionalDouble.empty(), 0, 0, cluster.now());
            cluster.agent(host).say(new ProgressReport(cluster.job("a").uid(), 1, progress));
            cluster.advance(Duration.ofMinutes(step == 1 ? 4 : 19));
        }
        assertThat(cluster.attempt("a")).isEqualTo(1);
        cluster.advance(Duration.ofMinutes(2));
        assertThat(cluster.attempt("a")).isEqualTo(2);
        assertThat(cluster.observed).contains("restart for HANG");
    }

    @Test
    void walltimeEndsAJobThoughTheControllerDiedInBetween() {
        cluster.submit(job("a", 1).withWalltime(Duration.ofMinutes(5)).spec());
        cluster.advance(Duration.ofMinutes(3));
        cluster.restartController();
        cluster.reconnectAll();
        cluster.advance(Duration.ofMinutes(1));
        assertThat(cluster.phase("a")).isEqualTo(JobPhase.RUNNING);
        cluster.advance(Duration.ofMinutes(1));
        assertThat(cluster.phase("a")).isEqualTo(JobPhase.FAILED);
    }

    @Test
    void aJobCancelledWhileItStartsEndsEvenWhereTheStartNeverArrived() {
        cluster.agent("h2").disconnect();
        cluster.submit(job("a", 3).spec());
        cluster.cancel("a");
        assertThat(cluster.phase("a")).isEqualTo(JobPhase.STOPPING);
        cluster.agent("h2").comeBack();
        cluster.settle();
        assertThat(cluster.phase("a")).isEqualTo(JobPhase.CANCELLED);
        assertThat(cluster.agent("h2").heard(StartRun.class)).isEmpty();
    }

    @Test
    void aHeldJobWaitsForItsUserAndANameIsFreeOnceItsJobHasEnded() {
        cluster.submit(job("a", 3).spec());
        cluster.submit(job("b", 3).spec());
        cluster.hold("b");
        cluster.agents.values().forEach(agent -> agent.endAll(RankState.SUCCEEDED));
        cluster.settle();
        assertThat(cluster.phase("a")).isEqualTo(JobPhase.FINISHED);
        assertThat(cluster.phase("b")).isEqualTo(JobPhase.PENDING);
        String first = cluster.job("a").uid();
        cluster.submit(job("a", 3).spec());
        assertThat(cluster.job("a").uid()).isNotEqualTo(first);
        assertThat(cluster.phase("a")).isEqualTo(JobPhase.RUNNING);
        cluster.cancel("a");
        cluster.release("b");
        assertThat(cluster.phase("b")).isEqualTo(JobPhase.RUNNING);
    }

    @Test
    void reportsThatComeTwiceOrLateChangeNothing() {
        cluster.submit(job("a", 3).spec());
        cluster.agents.values().forEach(FakeAgent::repeatReports);
        cluster.settle();
        assertThat(cluster.attempt("a")).isEqualTo(1);
        assertThat(cluster.phase("a")).isEqualTo(JobPhase.RUNNING);
        cluster.cancel("a");
        cluster.agents.values().forEach(FakeAgent::repeatReports);
        cluster.settle();
        assertThat(cluster.phase("a")).isEqualTo(JobPhase.CANCELLED);
    }

    @Test
    void whoeverWaitsForAHostThatIsThenClosedStartsElsewhereAtOnce() {
        cluster.submit(job("a", 1).spec());
        String host = cluster.hosts("a").get(0);
        cluster.agent(host).obeysStops = false;
        cluster.cancel("a");
        cluster.submit(job("b", 1).spec());
        assertThat(cluster.phase("b")).isEqualTo(JobPhase.PENDING);
        cluster.change(host, NodeAction.QUARANTINE);
        assertThat(cluster.phase("b")).isEqualTo(JobPhase.RUNNING);
        assertThat(cluster.hosts("b")).doesNotContain(host);
    }

    /** Another job has got what the lost spare gave back; a repair must not take a spare beyond the maximum. */
    @Test
    void aRepairTakesNoSpareBeyondItsQueuesMaximum() {
        QueueSpec small = new QueueSpec(
                "small",
                QueueSpec.ROOT,
                ResourceVector.ZERO,
                new TreeMap<>(Map.of(ResourceVector.ACCELERATORS, 12L)),
                1,
                true);
        SmallCluster shared = SmallCluster.of(5, List.of(small));
        shared.submit(job("a", 2).withSpares(1).inQueue("small").spec());
        String spare = shared.placement("a").spares().get(0).host();
        shared.agent(spare).die();
        shared.advance(Duration.ofSeconds(60)); // longer than a spare is waited for
        shared.submit(job("b", 1).inQueue("small").spec());
        assertThat(shared.phase("b")).isEqualTo(JobPhase.RUNNING);
        shared.agent(spare).connect();
        shared.settle();
        shared.agent(shared.hosts("a").get(0)).dieAndReturn();
        shared.settle();
        assertThat(shared.attempt("a")).isEqualTo(2);
        shared.assertThatNoMoreIsHeldIn("small", 12);
    }
}
