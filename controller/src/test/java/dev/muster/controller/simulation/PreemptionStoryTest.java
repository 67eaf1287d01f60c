package dev.muster.controller.simulation;

import static dev.muster.controller.simulation.Specs.job;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.controller.operations.FleetOperations.NodeAction;
import dev.muster.controller.state.JobPhase;
import dev.muster.controller.workload.RankState;
import dev.muster.scheduler.cluster.QueueSpec;
import dev.muster.scheduler.job.ResourceVector;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Jobs that give way to others: nobody starts before they have gone, and they come back. */
class PreemptionStoryTest {

    private final SmallCluster cluster = SmallCluster.of(
            3,
            List.of(
                    new QueueSpec("owner", QueueSpec.ROOT, ResourceVector.of(8, 0, 0), new TreeMap<>(), 1, true),
                    QueueSpec.unlimited("borrower")));

    @AfterEach
    void theBooksBalance() {
        cluster.assertThatNothingIsMiscounted();
    }

    private void borrow(String name, int hosts) {
        cluster.submit(job(name, hosts)
                .inQueue("borrower")
                .thatGivesWayAfter(Duration.ZERO)
                .spec());
        assertThat(cluster.phase(name)).isEqualTo(JobPhase.RUNNING);
    }

    private void claim(String name, int hosts) {
        cluster.submit(job(name, hosts).inQueue("owner").spec());
    }

    /** Agents take their time to stop what they run. */
    private void stopsTakeTime() {
        cluster.agents.values().forEach(agent -> agent.obeysStops = false);
    }

    private void everythingStops() {
        cluster.agents.values().forEach(agent -> {
            agent.obeysStops = true;
            agent.finishStops();
        });
        cluster.settle();
    }

    @Test
    void theOwnerStartsWhenTheBorrowersRanksAreGoneAndNotBefore() {
        borrow("loan", 3);
        stopsTakeTime();
        claim("own", 2);
        assertThat(cluster.phase("loan")).isEqualTo(JobPhase.STOPPING);
        assertThat(cluster.phase("own")).isEqualTo(JobPhase.PENDING);
        assertThat(cluster.reason("own")).isEqualTo("starts when 1 job has stopped for it: team/loan");

        everythingStops();
        assertThat(cluster.phase("own")).isEqualTo(JobPhase.RUNNING);
        assertThat(cluster.phase("loan")).isEqualTo(JobPhase.PENDING);
        assertThat(cluster.observed).contains("restart for PREEMPTION");

        cluster.agents.values().forEach(agent -> agent.endAll(RankState.SUCCEEDED));
        cluster.settle();
        assertThat(cluster.phase("own")).isEqualTo(JobPhase.FINISHED);
        assertThat(cluster.phase("loan")).isEqualTo(JobPhase.RUNNING);
        assertThat(cluster.attempt("loan")).isEqualTo(2);
    }

    @Test
    void whatIsBookedForOneIsNotGivenToAnother() {
        borrow("loan", 3);
        stopsTakeTime();
        claim("own", 2);
        borrowLater("late", 1);
        everythingStops();
        assertThat(cluster.phase("own")).isEqualTo(JobPhase.RUNNING);
        assertThat(cluster.hosts("own")).doesNotContainAnyElementsOf(cluster.hosts("late"));
    }

    private void borrowLater(String name, int hosts) {
        cluster.submit(job(name, hosts).inQueue("borrower").spec());
        assertThat(cluster.phase(name)).isEqualTo(JobPhase.PENDING);
    }

    @Test
    void aClaimThatIsCancelledLeavesNothingBooked() {
        borrow("loan", 3);
        stopsTakeTime();
        claim("own", 2);
        cluster.cancel("own");
        everythingStops();
        assertThat(cluster.phase("own")).isEqualTo(JobPhase.CANCELLED);
        assertThat(cluster.phase("loan")).isEqualTo(JobPhase.RUNNING);
    }

    @Test
    void aClaimThatIsHeldGivesItsHostsBackAndWaits() {
        borrow("loan", 3);
        stopsTakeTime();
        claim("own", 2);
        cluster.hold("own");
        everythingStops();
        assertThat(cluster.phase("own")).isEqualTo(JobPhase.PENDING);
        assertThat(cluster.phase("loan")).isEqualTo(JobPhase.RUNNING);
        cluster.release("own");
        assertThat(cluster.phase("own")).isEqualTo(JobPhase.RUNNING);
    }

    @Test
    void aBookedHostThatIsCordonedMeanwhileIsReplacedByAnother() {
        borrow("loan", 3);
        stopsTakeTime();
        claim("own", 2);
        cluster.change("h1", NodeAction.CORDON);
        everythingStops();
        cluster.advance(Duration.ofSeconds(5));
        assertThat(cluster.phase("own")).isEqualTo(JobPhase.RUNNING);
        assertThat(cluster.hosts("own")).containsExactly("h2", "h3");
    }

    @Test
    void aVictimThatFinishesByItselfMakesRoomAsWell() {
        borrow("loan", 3);
        stopsTakeTime();
        claim("own", 2);
        cluster.agents.values().forEach(agent -> agent.endAll(RankState.SUCCEEDED));
        cluster.settle();
        assertThat(cluster.phase("loan")).isEqualTo(JobPhase.FINISHED);
        assertThat(cluster.phase("own")).isEqualTo(JobPhase.RUNNING);
    }

    @Test
    void aVictimThatLosesAHostWhileItStopsDoesNotKeepTheOthers() {
        borrow("loan", 3);
        stopsTakeTime();
        claim("own", 2);
        cluster.agent("h3").die();
        cluster.advance(Duration.ofSeconds(20));
        everythingStops();
        cluster.advance(Duration.ofSeconds(5));
        assertThat(cluster.phase("own")).isEqualTo(JobPhase.RUNNING);
        assertThat(cluster.hosts("own")).containsExactly("h1", "h2");
        assertThat(cluster.phase("loan")).isEqualTo(JobPhase.PENDING);
    }

    @Test
    void aControllerThatDiesInBetweenForgetsTheBookingAndNotTheJobs() {
        borrow("loan", 3);
        stopsTakeTime();
        claim("own", 2);
        cluster.restartController();
        cluster.reconnectAll();
        everythingStops();
        cluster.advance(Duration.ofSeconds(30));
        assertThat(cluster.phase("own")).isEqualTo(JobPhase.RUNNING);
        assertThat(cluster.phase("loan")).isEqualTo(JobPhase.PENDING);
    }

    @Test
    void aYoungBorrowerIsSafeUntilItsMinimumRuntimeIsOverAndThenGoes() {
        cluster.submit(job("young", 3)
                .inQueue("borrower")
                .thatGivesWayAfter(Duration.ofMinutes(10))
                .spec());
        claim("own", 2);
        assertThat(cluster.phase("young")).isEqualTo(JobPhase.RUNNING);
        assertThat(cluster.reason("own")).contains("within their minimum runtime until 2026-11-23T08:10:00Z");
        cluster.advance(Duration.ofMinutes(11));
        assertThat(cluster.phase("own")).isEqualTo(JobPhase.RUNNING);
        assertThat(cluster.phase("young")).isEqualTo(JobPhase.PENDING);
    }

    @Test
    void aJobThatMayNotBePreemptedStays() {
        cluster.submit(job("firm", 3).inQueue("borrower").spec());
        claim("own", 2);
        cluster.advance(Duration.ofMinutes(1));
        assertThat(cluster.phase("firm")).isEqualTo(JobPhase.RUNNING);
        assertThat(cluster.phase("own")).isEqualTo(JobPhase.PENDING);
    }
}
