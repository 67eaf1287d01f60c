package dev.muster.controller.simulation;

import static dev.muster.controller.simulation.Specs.job;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.controller.operations.Views;
import dev.muster.controller.state.JobPhase;
import dev.muster.controller.workload.RankState;
import dev.muster.scheduler.cluster.QueueSpec;
import dev.muster.scheduler.job.JobKey;
import dev.muster.scheduler.job.JobSpec;
import dev.muster.scheduler.job.ResourceVector;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who stops for whom, and who need not: nobody is stopped for room that is given back anyway. */
class GivingWayTest {

    private SmallCluster cluster = of(4, 12);

    private static SmallCluster of(int hosts, long guaranteed) {
        return SmallCluster.of(
                hosts,
                List.of(
                        new QueueSpec(
                                "owner", QueueSpec.ROOT, ResourceVector.of(guaranteed, 0, 0), new TreeMap<>(), 1, true),
                        QueueSpec.unlimited("borrower"),
                        QueueSpec.unlimited("other")));
    }

    @AfterEach
    void theBooksBalance() {
        cluster.assertThatNothingIsMiscounted();
    }

    private void run(String name, int hosts, String queue) {
        cluster.submit(
                job(name, hosts).inQueue(queue).thatGivesWayAfter(Duration.ZERO).spec());
        assertThat(cluster.phase(name)).as(name).isEqualTo(JobPhase.RUNNING);
    }

    private void claim(String name, int hosts) {
        cluster.submit(job(name, hosts).inQueue("owner").spec());
    }

    private void stopsTakeTime() {
        cluster.agents.values().forEach(agent -> agent.obeysStops = false);
    }

    private void everythingStops() {
        cluster.agents.values().forEach(FakeAgent::finishStops);
        cluster.settle();
    }

    private Views.DryRun dryRun(JobSpec spec) {
        var answer = cluster.desk().dryRun(spec);
        cluster.settle();
        return answer.join();
    }

    private String whyLater(String name) {
        var answer = cluster.desk().explain(new JobKey("team", name));
        cluster.settle();
        return answer.join().waiting().orElseThrow().rejection().text();
    }

    @Test
    void roomThatAStoppingGangLeavesOverIsWaitedForAndNobodyElseIsStopped() {
        run("loan", 3, "borrower");
        run("single", 1, "borrower");
        stopsTakeTime();
        claim("pair", 2);
        assertThat(cluster.phase("loan")).isEqualTo(JobPhase.STOPPING);

        claim("one", 1);
        assertThat(cluster.phase("single")).isEqualTo(JobPhase.RUNNING);
        assertThat(cluster.phase("one")).isEqualTo(JobPhase.PENDING);
        assertThat(whyLater("one")).isEqualTo("starts when 1 job has stopped: team/loan");

        everythingStops();
        assertThat(cluster.phase("pair")).isEqualTo(JobPhase.RUNNING);
        assertThat(cluster.phase("one")).isEqualTo(JobPhase.RUNNING);
        assertThat(cluster.phase("single")).isEqualTo(JobPhase.RUNNING);
    }

    @Test
    void aGangThatItsUserCancelledMakesRoomEnough() {
        run("wrong", 2, "borrower");
        run("loan", 2, "borrower");
        stopsTakeTime();
        cluster.cancel("wrong");
        claim("pair", 2);
        assertThat(cluster.phase("loan")).isEqualTo(JobPhase.RUNNING);
        everythingStops();
        assertThat(cluster.phase("pair")).isEqualTo(JobPhase.RUNNING);
        assertThat(cluster.phase("loan")).isEqualTo(JobPhase.RUNNING);
    }

    @Test
    void aJobThatComesFirstMeanwhileGetsTheRoomThatIsGivenBack() {
        run("wrong", 4, "borrower");
        stopsTakeTime();
        cluster.cancel("wrong");
        cluster.submit(job("low", 4).inQueue("other").spec());
        cluster.submit(job("high", 4).inQueue("other").withPriority(5).spec());
        everythingStops();
        assertThat(cluster.phase("high")).isEqualTo(JobPhase.RUNNING);
        assertThat(cluster.phase("low")).isEqualTo(JobPhase.PENDING);
    }

    @Test
    void aJobThatGaveWayKeepsItsPlaceAndIsChargedNoRestart() {
        run("loan", 4, "borrower");
        Instant submitted = cluster.job("loan").submittedAt();
        cluster.advance(Duration.ofMinutes(3));
        claim("own", 3);
        assertThat(cluster.phase("loan")).isEqualTo(JobPhase.PENDING);
        assertThat(cluster.job("loan").submittedAt()).isEqualTo(submitted);
        assertThat(cluster.job("loan").status().restarts())
                .isEqualTo(cluster.job("own").status().restarts());
        cluster.submit(job("later", 4).inQueue("borrower").spec());
        cluster.agents.values().forEach(agent -> agent.endAll(RankState.SUCCEEDED));
        cluster.settle();
        assertThat(cluster.phase("loan")).isEqualTo(JobPhase.RUNNING);
        assertThat(cluster.phase("later")).isEqualTo(JobPhase.PENDING);
    }

    @Test
    void whoGaveWayMayClaimItsShareFromOthersWithoutAnythingElseHappening() {
        run("o1", 1, "other");
        run("o2", 1, "other");
        run("o3", 1, "other");
        cluster.advance(Duration.ofMinutes(30));
        run("fair", 1, "borrower");
        claim("own", 1);
        assertThat(cluster.phase("own")).isEqualTo(JobPhase.RUNNING);
        cluster.advance(Duration.ofSeconds(1));
        assertThat(cluster.phase("fair")).isEqualTo(JobPhase.RUNNING);
        assertThat(cluster.attempt("fair")).isEqualTo(2);
    }

    @Test
    void moreGangsCanStopForOneThanFitIntoATransaction() {
        cluster = of(45, 180);
        for (int number = 1; number <= 45; number++) {
            run("loan" + number, 1, "borrower");
        }
        claim("own", 45);
        assertThat(cluster.phase("own")).isEqualTo(JobPhase.RUNNING);
        for (int number = 1; number <= 45; number++) {
            assertThat(cluster.phase("loan" + number)).isEqualTo(JobPhase.PENDING);
        }
    }

    @Test
    void anOfferThatWouldStopOthersStopsNobodyAndSaysWhom() {
        run("loan", 4, "borrower");
        Views.DryRun offer = dryRun(job("own", 3).inQueue("owner").spec());
        assertThat(offer.placement()).hasSize(3);
        assertThat(offer.preempts()).containsExactly(new JobKey("team", "loan"));
        assertThat(offer.waiting()).isEmpty();
        assertThat(cluster.phase("loan")).isEqualTo(JobPhase.RUNNING);
    }

    @Test
    void anOfferToWaitSaysWhatExplainSaysAfterSubmitting() {
        cluster.submit(job("long", 3)
                .inQueue("other")
                .withWalltime(Duration.ofHours(2))
                .spec());
        JobSpec spec = job("next", 4).inQueue("borrower").spec();
        Views.DryRun offer = dryRun(spec);
        assertThat(offer.placement()).isEmpty();
        assertThat(offer.waiting().orElseThrow().expectedStartAt()).contains(Instant.parse("2026-11-23T10:00:00Z"));
        assertThat(offer.waiting().orElseThrow().waitsFor()).containsExactly(new JobKey("team", "long"));

        cluster.submit(spec);
        var answer = cluster.desk().explain(spec.key());
        cluster.settle();
        assertThat(answer.join().waiting()).isEqualTo(offer.waiting());
    }
}
