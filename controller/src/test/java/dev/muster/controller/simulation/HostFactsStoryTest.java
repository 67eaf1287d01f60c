package dev.muster.controller.simulation;

import static dev.muster.controller.simulation.Specs.job;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.controller.operations.FleetOperations.NodeAction;
import dev.muster.controller.reconcile.NodeReconciler.Presence;
import dev.muster.controller.state.JobPhase;
import dev.muster.controller.state.NodeRecord;
import dev.muster.scheduler.cluster.QueueSpec;
import dev.muster.scheduler.job.ResourceVector;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** What hosts and queues are changes under running gangs. */
class HostFactsStoryTest {

    private static UnaryOperator<NodeRecord> having(long accelerators) {
        return node -> new NodeRecord(
                node.name(),
                node.path(),
                ResourceVector.of(accelerators, 32_000, 64L << 30),
                node.acceleratorType(),
                node.labels(),
                node.devices(),
                node.address(),
                node.bootId(),
                node.agentId(),
                node.agentVersion(),
                node.intent(),
                node.health());
    }

    @Test
    void aHostThatShrinksBelowWhatRunsThereKeepsItAndGetsNothingNew() {
        SmallCluster cluster = SmallCluster.of(2);
        cluster.submit(job("a", 2).withAccelerators(2).spec());
        cluster.describe("h1", having(1));
        assertThat(cluster.phase("a")).isEqualTo(JobPhase.RUNNING);
        assertThat(cluster.attempt("a")).isEqualTo(1);
        cluster.submit(job("b", 2).withAccelerators(1).spec());
        assertThat(cluster.phase("b")).isEqualTo(JobPhase.PENDING);

        cluster.describe("h1", having(4));
        assertThat(cluster.hosts("b")).containsExactly("h1", "h2");
    }

    @Test
    void aGangIsNotRepairedOntoItsOwnHostThatHasShrunk() {
        SmallCluster cluster = SmallCluster.of(4);
        cluster.submit(job("a", 2).spec());
        String shrunk = cluster.hosts("a").get(0);
        String dying = cluster.hosts("a").get(1);
        cluster.describe(shrunk, having(3));
        cluster.agent(dying).dieAndReturn();
        cluster.settle();
        assertThat(cluster.attempt("a")).isEqualTo(2);
        assertThat(cluster.hosts("a")).hasSize(2).doesNotContain(shrunk);
        cluster.assertThatNothingIsMiscounted();
    }

    @Test
    void whoeverWaitsForAHostThatShrinksMeanwhileStartsElsewhereOrWaitsOn() {
        SmallCluster cluster = SmallCluster.of(1);
        cluster.submit(
                job("low", 1).withPriority(1).thatGivesWayAfter(Duration.ZERO).spec());
        cluster.agent("h1").obeysStops = false;
        cluster.submit(job("high", 1).withPriority(9).spec());
        assertThat(cluster.phase("low")).isEqualTo(JobPhase.STOPPING);
        cluster.describe("h1", having(2));
        cluster.agent("h1").obeysStops = true;
        cluster.agent("h1").dieAndReturn();
        cluster.describe("h1", having(2));
        cluster.advance(Duration.ofSeconds(5));
        assertThat(cluster.phase("high")).isEqualTo(JobPhase.PENDING);
        cluster.describe("h1", having(4));
        cluster.advance(Duration.ofSeconds(5));
        assertThat(cluster.phase("high")).isEqualTo(JobPhase.RUNNING);
        cluster.assertThatNothingIsMiscounted();
    }

    @Test
    void aCordonFromOutsideAndOneByAnOperatorEndEachByItself() {
        SmallCluster cluster = SmallCluster.of(1);
        cluster.describe("h1", node -> node.closed(Optional.of("cordoned in Kubernetes")));
        cluster.change("h1", NodeAction.CORDON);
        cluster.restartController();
        cluster.reconnectAll();
        cluster.describe("h1", node -> node.closed(Optional.of("cordoned in Kubernetes")));
        cluster.submit(job("a", 1).spec());
        cluster.change("h1", NodeAction.UNCORDON);
        assertThat(cluster.phase("a")).isEqualTo(JobPhase.PENDING);
        cluster.change("h1", NodeAction.CORDON);
        cluster.describe("h1", node -> node.closed(Optional.empty()));
        assertThat(cluster.phase("a")).isEqualTo(JobPhase.PENDING);
        cluster.change("h1", NodeAction.UNCORDON);
        assertThat(cluster.phase("a")).isEqualTo(JobPhase.RUNNING);
    }

    @Test
    void aHostThatIsGoneLeavesTheStoreOnceItsGangHasMovedOn() {
        SmallCluster cluster = SmallCluster.of(3);
        cluster.submit(job("a", 2).spec());
        String gone = cluster.hosts("a").get(0);
        cluster.agent(gone).die();
        cluster.advance(Duration.ofSeconds(12));
        cluster.retire(gone);
        cluster.advance(Duration.ofSeconds(12));
        assertThat(cluster.hosts("a")).doesNotContain(gone);
        assertThat(cluster.model().node(gone)).isEmpty();
        cluster.restartController();
        cluster.agents.remove(gone);
        cluster.reconnectAll();
        assertThat(cluster.model().nodeCount()).isEqualTo(2);
        assertThat(cluster.phase("a")).isEqualTo(JobPhase.RUNNING);
        cluster.assertThatNothingIsMiscounted();
    }

    @Test
    void aHostThatIsGoneStaysAsLongAsItHoldsAGangAndWhenSomethingIsHeldAgainstIt() {
        SmallCluster cluster = SmallCluster.of(1);
        cluster.submit(job("a", 1).spec());
        cluster.agent("h1").die();
        cluster.advance(Duration.ofSeconds(12));
        cluster.retire("h1");
        cluster.advance(Duration.ofSeconds(30));
        assertThat(cluster.presence("h1")).isEqualTo(Presence.LOST);
        cluster.change("h1", NodeAction.QUARANTINE);
        cluster.cancel("a");
        cluster.advance(SmallCluster.ISOLATION.plusMinutes(1));
        assertThat(cluster.phase("a")).isEqualTo(JobPhase.CANCELLED);
        assertThat(cluster.model().node("h1")).isPresent();
        cluster.change("h1", NodeAction.RELEASE);
        cluster.advance(Duration.ofSeconds(10));
        assertThat(cluster.model().node("h1")).isEmpty();
    }

    @Test
    void anOperatorsWordThatALostHostIsDeadLetsItsGangGoOnAtOnceAndEndsTheHost() {
        SmallCluster cluster = SmallCluster.of(2);
        cluster.submit(job("a", 1).spec());
        String host = cluster.hosts("a").get(0);
        assertThat(cluster.declareDead(host).orElseThrow()).hasMessageContaining("is not lost");
        cluster.agent(host).die();
        cluster.advance(Duration.ofSeconds(20));
        assertThat(cluster.attempt("a")).isEqualTo(1);

        assertThat(cluster.declareDead(host)).isEmpty();
        cluster.advance(Duration.ofSeconds(5));
        assertThat(cluster.attempt("a")).isEqualTo(2);
        assertThat(cluster.phase("a")).isEqualTo(JobPhase.RUNNING);
        assertThat(cluster.hosts("a")).doesNotContain(host);
        assertThat(cluster.model().node(host)).isEmpty();
        cluster.assertThatNothingIsMiscounted();
    }

    @Test
    void jobsOfAQueueThatIsGoneRunOnOrWaitWithAReasonUntilItIsBack() {
        List<QueueSpec> both = List.of(QueueSpec.unlimited("kept"), QueueSpec.unlimited("gone"));
        SmallCluster cluster = SmallCluster.of(2, both);
        cluster.submit(job("runs", 1).inQueue("gone").spec());
        cluster.submit(job("waits", 2).inQueue("gone").spec());
        cluster.restartController(List.of(QueueSpec.unlimited("kept")));
        cluster.reconnectAll();
        assertThat(cluster.phase("runs")).isEqualTo(JobPhase.RUNNING);
        assertThat(cluster.attempt("runs")).isEqualTo(1);
        assertThat(cluster.reason("waits")).startsWith("queue gone is declared no more");
        cluster.cancel("runs");
        cluster.advance(Duration.ofSeconds(10));
        assertThat(cluster.phase("waits")).isEqualTo(JobPhase.PENDING);

        cluster.submit(job("new", 2).inQueue("kept").spec());
        assertThat(cluster.phase("new")).isEqualTo(JobPhase.RUNNING);
        cluster.cancel("new");
        cluster.restartController(both);
        cluster.reconnectAll();
        cluster.advance(Duration.ofSeconds(10));
        assertThat(cluster.phase("waits")).isEqualTo(JobPhase.RUNNING);
        cluster.assertThatNothingIsMiscounted();
    }
}
