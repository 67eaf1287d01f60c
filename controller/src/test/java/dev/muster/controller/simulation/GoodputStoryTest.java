package dev.muster.controller.simulation;

import static dev.muster.controller.simulation.Specs.job;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.controller.goodput.JobLedger;
import dev.muster.controller.operations.Views;
import dev.muster.controller.session.AgentMessage.ProgressReport;
import dev.muster.controller.state.JobPhase;
import dev.muster.controller.state.Progress;
import dev.muster.controller.workload.RankState;
import dev.muster.scheduler.cluster.QueueSpec;
import dev.muster.scheduler.job.ResourceVector;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Where accelerator time goes when jobs push each other, through the real scheduler, loop and store. */
class GoodputStoryTest {

    private final SmallCluster cluster = SmallCluster.of(
            3,
            List.of(
                    new QueueSpec("owner", QueueSpec.ROOT, ResourceVector.of(8, 0, 0), new TreeMap<>(), 1, true),
                    QueueSpec.unlimited("borrower")));

    @AfterEach
    void theBooksBalance() {
        cluster.assertThatNothingIsMiscounted();
    }

    private void ownerAndBorrowerTrain() {
        cluster.submit(job("own", 2).inQueue("owner").spec());
        cluster.submit(job("loan", 1)
                .inQueue("borrower")
                .thatGivesWayAfter(Duration.ZERO)
                .spec());
        cluster.advance(Duration.ofSeconds(10));
        reports("loan", 10);
        cluster.advance(Duration.ofSeconds(40));
        reports("loan", 50);
    }

    private void reports(String name, long step) {
        Progress progress = new Progress(step, step / 2, OptionalDouble.empty(), 0, 0, cluster.now());
        cluster.agent(cluster.hosts(name).get(0))
                .say(new ProgressReport(cluster.job(name).uid(), cluster.attempt(name), progress));
        cluster.settle();
    }

    private Views.Goodput ofQueue(String queue) {
        return answer(cluster.desk().goodputOfQueue(queue));
    }

    private Views.Goodput answer(CompletableFuture<Views.Goodput> answer) {
        cluster.settle();
        assertThat(answer).isCompleted();
        return answer.join();
    }

    private JobLedger ledger(String name) {
        return cluster.model().ledger(cluster.job(name).uid()).orElseThrow();
    }

    /** The owner's host dies, no other is free, so it takes the borrower's. */
    private void aFailureMakesTheOwnerPreemptTheBorrower() {
        cluster.agent(cluster.hosts("own").get(1)).die();
        cluster.advance(Duration.ofSeconds(5));
        assertThat(cluster.phase("own")).isEqualTo(JobPhase.RUNNING);
        assertThat(cluster.phase("loan")).isEqualTo(JobPhase.PENDING);
    }

    private void theBorrowerGetsTheRepairedHost() {
        cluster.agents.values().forEach(agent -> {
            if (!agent.isConnected()) {
                agent.reboot();
            }
        });
        cluster.advance(Duration.ofSeconds(10));
        assertThat(cluster.phase("loan")).isEqualTo(JobPhase.RUNNING);
        assertThat(cluster.attempt("loan")).isEqualTo(2);
    }

    @Test
    void aPreemptionForARestartAfterAFailureIsChargedToTheFailure() {
        ownerAndBorrowerTrain();
        aFailureMakesTheOwnerPreemptTheBorrower();
        assertThat(ledger("loan").secondOrder().charge().orElseThrow().cause().jobUid())
                .isEqualTo(cluster.job("own").uid());

        theBorrowerGetsTheRepairedHost();
        reports("loan", 25);
        cluster.advance(Duration.ofSeconds(25));
        assertThat(ledger("own").secondOrder().caused()).isZero();
        reports("loan", 51);

        long lost = ledger("loan").secondOrder().suffered();
        assertThat(lost).isGreaterThanOrEqualTo(4 * 25_000 * 25 / 26);
        assertThat(ledger("own").secondOrder().caused()).isEqualTo(lost);
        assertThat(ledger("loan").secondOrder().charge()).isEmpty();
    }

    @Test
    void whatACauseThatHasEndedCostOthersIsInItsQueuesSum() {
        ownerAndBorrowerTrain();
        aFailureMakesTheOwnerPreemptTheBorrower();
        theBorrowerGetsTheRepairedHost();
        cluster.agents.values().forEach(agent -> agent.endAll(RankState.SUCCEEDED));
        cluster.settle();

        assertThat(cluster.phase("own")).isEqualTo(JobPhase.FINISHED);
        assertThat(cluster.phase("loan")).isEqualTo(JobPhase.FINISHED);
        long lost = ledger("loan").secondOrder().suffered();
        assertThat(lost).isPositive();
        assertThat(ofQueue("owner").causedAcceleratorMillis()).isEqualTo(lost);
        assertThat(ofQueue("borrower").sufferedAcceleratorMillis()).isEqualTo(lost);
    }

    @Test
    void aPreemptionThatNoFailureCausedIsChargedToNobody() {
        cluster.submit(job("loan", 3)
                .inQueue("borrower")
                .thatGivesWayAfter(Duration.ZERO)
                .spec());
        cluster.submit(job("own", 2).inQueue("owner").spec());
        assertThat(cluster.phase("own")).isEqualTo(JobPhase.RUNNING);
        assertThat(ledger("loan").secondOrder().charge()).isEmpty();
    }

    @Test
    void aNewControllerKnowsWhatTheOldOneStored() {
        ownerAndBorrowerTrain();
        aFailureMakesTheOwnerPreemptTheBorrower();
        JobLedger own = ledger("own");
        JobLedger loan = ledger("loan");
        cluster.restartController();
        assertThat(ledger("own")).isEqualTo(own);
        assertThat(ledger("loan")).isEqualTo(loan);
        cluster.reconnectAll();
    }

    @Test
    void theClusterIsTheSumOfItsQueuesAndAParentHasItsChildren() {
        ownerAndBorrowerTrain();
        long owner = ofQueue("owner").allocatedAcceleratorMillis();
        long borrower = ofQueue("borrower").allocatedAcceleratorMillis();
        assertThat(owner).isEqualTo(8 * 50_000);
        assertThat(borrower).isEqualTo(4 * 50_000);
        assertThat(ofQueue(QueueSpec.ROOT).allocatedAcceleratorMillis()).isEqualTo(owner + borrower);
        assertThat(answer(cluster.desk().goodput(Optional.empty())).allocatedAcceleratorMillis())
                .isEqualTo(owner + borrower);
        CompletableFuture<Views.Goodput> unknown = cluster.desk().goodputOfQueue("nobody");
        cluster.settle();
        assertThat(unknown).isCompletedExceptionally();
    }

    @Test
    void everyOfManyQueuesHasItsMarksInTime() {
        List<QueueSpec> queues = new ArrayList<>();
        for (int i = 100; i < 360; i++) {
            queues.add(new QueueSpec("q" + i, QueueSpec.ROOT, ResourceVector.ZERO, new TreeMap<>(), 1, true));
        }
        SmallCluster shared = SmallCluster.of(1, queues);
        for (QueueSpec queue : queues) {
            shared.submit(job("of-" + queue.name(), 1).inQueue(queue.name()).spec());
        }

        shared.advance(Duration.ofMinutes(30));

        Instant late = shared.now().minus(Duration.ofMinutes(6));
        assertThat(shared.model().goodputByQueue())
                .hasSize(260)
                .allSatisfy((queue, ledger) -> assertThat(ledger.recent().marks())
                        .anySatisfy(mark -> assertThat(mark.at()).isAfter(late)));
    }
}
