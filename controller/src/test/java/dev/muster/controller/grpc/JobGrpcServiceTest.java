package dev.muster.controller.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.muster.controller.codec.Bounds;
import dev.muster.controller.codec.JobSpecCodec;
import dev.muster.controller.operations.JobOperations.JobFilter;
import dev.muster.controller.operations.JobView;
import dev.muster.controller.operations.Refusal;
import dev.muster.controller.operations.Views;
import dev.muster.controller.state.JobEvent;
import dev.muster.controller.state.JobPhase;
import dev.muster.controller.state.PlacementRecord;
import dev.muster.controller.state.PlacementRecord.HostAssignment;
import dev.muster.controller.workload.RankState;
import dev.muster.controller.workload.RankStatus;
import dev.muster.proto.v1.AttemptView;
import dev.muster.proto.v1.DryRunRequest;
import dev.muster.proto.v1.EventsReply;
import dev.muster.proto.v1.EventsRequest;
import dev.muster.proto.v1.GangSpec;
import dev.muster.proto.v1.GoodputReply;
import dev.muster.proto.v1.GoodputRequest;
import dev.muster.proto.v1.JobRequest;
import dev.muster.proto.v1.JobServiceGrpc;
import dev.muster.proto.v1.JobServiceGrpc.JobServiceBlockingStub;
import dev.muster.proto.v1.JobSpec;
import dev.muster.proto.v1.JobState;
import dev.muster.proto.v1.JobSummary;
import dev.muster.proto.v1.ListJobsReply;
import dev.muster.proto.v1.ListJobsRequest;
import dev.muster.proto.v1.SubmitRequest;
import dev.muster.proto.v1.TemplateSpec;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What users ask about jobs, over loopback. */
@Timeout(60)
class JobGrpcServiceTest {

    private final TestServer server = TestServer.start();
    private final JobServiceBlockingStub client =
            JobServiceGrpc.newBlockingStub(server.channel).withDeadlineAfter(30, TimeUnit.SECONDS);

    JobGrpcServiceTest() throws Exception {}

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    @Test
    void aSubmittedJobIsAnsweredOnceTheCoreHasStoredIt() {
        CompletableFuture<JobView> durable = new CompletableFuture<>();
        server.jobs.pendingAnswer.set(durable);
        dev.muster.scheduler.job.JobSpec spec = FakeJobs.spec("digits");
        CompletableFuture<JobSummary> answer = CompletableFuture.supplyAsync(() -> submit(spec));
        await().until(() -> server.jobs.asked.contains(spec));
        assertThat(answer).isNotDone();

        durable.complete(FakeJobs.view(spec, JobPhase.PENDING, false, ""));

        JobSummary job = answer.join();
        assertThat(job.getName()).isEqualTo("digits");
        assertThat(job.getUid()).isEqualTo("uid-digits");
        assertThat(job.getState()).isEqualTo(JobState.JOB_STATE_PENDING);
        assertThat(job.getSubmittedAtMillis()).isEqualTo(1000);
        assertThat(job.getHosts()).isEqualTo(spec.gang().hosts());
        assertThat(job.getReason()).isEqualTo("waits for the scheduler to look at it");
    }

    @Test
    void anInvalidJobIsRefusedWithEveryFieldAndNeverReachesTheCore() {
        SubmitRequest bad = SubmitRequest.newBuilder()
                .setSubmissionId("s1")
                .setSpec(JobSpec.newBuilder()
                        .setName("digits")
                        .setWalltimeMillis(-1)
                        .setGang(GangSpec.newBuilder().setHosts(0)))
                .build();
        assertRefused(() -> client.submit(bad), Status.Code.INVALID_ARGUMENT, "spec.walltime: is -1 ms");
        assertRefused(() -> client.submit(bad), Status.Code.INVALID_ARGUMENT, "spec.gang.hosts: is 0");
        assertThat(server.jobs.asked).isEmpty();
    }

    @Test
    void aSubmissionWithoutAnIdIsRefusedBecauseItCouldNotBeSentAgain() {
        assertRefused(
                () -> client.submit(SubmitRequest.newBuilder()
                        .setSpec(JobSpecCodec.write(FakeJobs.spec("digits")))
                        .build()),
                Status.Code.INVALID_ARGUMENT,
                "submission_id: must have");
    }

    @Test
    void aJobOfTenMegabytesIsRefusedAndTheServerLivesOn() {
        SubmitRequest huge = SubmitRequest.newBuilder()
                .setSpec(JobSpec.newBuilder()
                        .setName("huge")
                        .setTemplate(TemplateSpec.newBuilder().addCommand("x".repeat(10_000_000))))
                .build();
        assertThatThrownBy(() -> client.submit(huge)).isInstanceOf(StatusRuntimeException.class);
        assertThat(server.jobs.asked).isEmpty();
        assertThat(submit(FakeJobs.spec("digits")).getName()).isEqualTo("digits");
    }

    @Test
    void eachKindOfNoHasItsStatus() {
        assertKind(Refusal.Kind.INVALID, Status.Code.INVALID_ARGUMENT);
        assertKind(Refusal.Kind.NOT_FOUND, Status.Code.NOT_FOUND);
        assertKind(Refusal.Kind.ALREADY_EXISTS, Status.Code.ALREADY_EXISTS);
        assertKind(Refusal.Kind.WRONG_STATE, Status.Code.FAILED_PRECONDITION);
        assertKind(Refusal.Kind.EXHAUSTED, Status.Code.RESOURCE_EXHAUSTED);
        assertKind(Refusal.Kind.UNAVAILABLE, Status.Code.UNAVAILABLE);
    }

    private void assertKind(Refusal.Kind kind, Status.Code code) {
        server.jobs.failure.set(new CompletionException(new Refusal(kind, "no: because")));
        assertThatThrownBy(() -> client.cancel(request("digits")))
                .isInstanceOfSatisfying(StatusRuntimeException.class, refused -> {
                    assertThat(refused.getStatus().getCode()).isEqualTo(code);
                    assertThat(refused.getStatus().getDescription()).isEqualTo("no: because");
                });
    }

    @Test
    void whatTheLoopThrowsIsTranslatedByWhoKnowsIt() {
        server.jobs.failure.set(new TestServer.LoopIsBusy());
        assertRefused(
                () -> client.cancel(request("digits")), Status.Code.UNAVAILABLE, "the controller is busy; try again");
    }

    @Test
    void anUnexpectedFailureShowsNothingOfItself() {
        server.jobs.failure.set(new IllegalStateException("password=hunter2 at line 7"));
        assertThatThrownBy(() -> client.cancel(request("digits")))
                .isInstanceOfSatisfying(StatusRuntimeException.class, failed -> {
                    assertThat(failed.getStatus().getCode()).isEqualTo(Status.Code.INTERNAL);
                    assertThat(failed.getStatus().getDescription())
                            .isEqualTo("internal error; the controller's log says more");
                    assertThat(failed.getTrailers()).isNotNull();
                    assertThat(String.valueOf(failed.getTrailers())).doesNotContain("hunter2");
                });
    }

    @Test
    void aMessageIsOneLineWhateverTheCallerPutIntoIt() {
        assertRefused(
                () -> client.explain(request("a\n\u001b[31mb")), Status.Code.NOT_FOUND, "no job default/a  [31mb;");
    }

    @Test
    void aMissingNameIsRefused() {
        assertRefused(() -> client.get(request("")), Status.Code.INVALID_ARGUMENT, "name: is missing");
        assertRefused(() -> client.watch(request("")).hasNext(), Status.Code.INVALID_ARGUMENT, "name: is missing");
    }

    @Test
    void aHeldJobIsListedAsHeldAndNotAsPending() {
        server.jobs.add(FakeJobs.view(FakeJobs.spec("waits"), JobPhase.PENDING, false, ""));
        server.jobs.add(FakeJobs.view(FakeJobs.spec("rests"), JobPhase.PENDING, true, ""));

        ListJobsReply held = client.list(ListJobsRequest.newBuilder()
                .addStates(JobState.JOB_STATE_HELD)
                .setQueue("default")
                .build());

        assertThat(held.getJobsList()).extracting(JobSummary::getName).containsExactly("rests");
        assertThat(held.getJobs(0).getReason()).isEqualTo("held: muster release rests puts it in its queue");
        assertThat(held.getNextPageToken()).isEqualTo("next");
        assertThat(server.jobs.asked)
                .containsExactly(
                        new JobFilter(
                                Optional.empty(),
                                Optional.of("default"),
                                Set.of(dev.muster.controller.operations.JobState.HELD)),
                        100);
    }

    @Test
    void aPageThatIsTooLargeOrNegativeIsRefused() {
        assertRefused(
                () -> client.list(ListJobsRequest.newBuilder().setPageSize(1001).build()),
                Status.Code.INVALID_ARGUMENT,
                "page_size: is 1001; it must be from 1 to 1000");
        assertRefused(
                () -> client.list(ListJobsRequest.newBuilder().setPageSize(-1).build()),
                Status.Code.INVALID_ARGUMENT,
                "page_size: is -1");
        assertRefused(
                () -> client.list(
                        ListJobsRequest.newBuilder().addStatesValue(99).build()),
                Status.Code.INVALID_ARGUMENT,
                "states: has a value that this version does not know");
    }

    @Test
    void goodputKeepsTheOrderOfTheLedgerAndTheClusterHasItsOwn() {
        GoodputReply cluster = client.goodput(GoodputRequest.getDefaultInstance());
        assertThat(cluster.getScope()).isEqualTo("cluster");
        assertThat(cluster.getBucketsList())
                .extracting(bucket -> bucket.getName() + "=" + bucket.getAcceleratorMillis())
                .containsExactly("productive=90", "starting=10");
        assertThat(client.goodput(GoodputRequest.newBuilder().setName("digits").build())
                        .getScope())
                .isEqualTo("default/digits");
        assertThat(client.goodput(
                                GoodputRequest.newBuilder().setQueue("research").build())
                        .getScope())
                .isEqualTo("queue research");
        assertThat(cluster.getLastHourEttr()).isEqualTo(0.8);
        assertThat(cluster.getSufferedAcceleratorMillis()).isEqualTo(3);
        assertThat(cluster.getCausedAcceleratorMillis()).isEqualTo(5);
    }

    @Test
    void aDryRunSaysWhomItWouldStop() {
        assertThat(client.dryRun(DryRunRequest.newBuilder()
                                .setSpec(JobSpecCodec.write(FakeJobs.spec("digits")))
                                .build())
                        .getPreemptsList())
                .containsExactly("default/victim");
    }

    @Test
    void eventsBeyondWhatAnAnswerHoldsCountAsDroppedAndTheNewestStay() {
        List<JobEvent> history = new ArrayList<>();
        for (int i = 1; i <= 1000; i++) {
            history.add(new JobEvent("u", i, Instant.EPOCH, "Noise", JobEvent.Severity.WARNING, 1, "x".repeat(4000)));
        }
        server.jobs.history = history;
        EventsReply reply =
                client.events(EventsRequest.newBuilder().setName("digits").build());
        assertThat(reply.getEvents(reply.getEventsCount() - 1).getSequence()).isEqualTo(1000);
        assertThat(reply.getEventsCount()).isBetween(400, 600);
        assertThat(reply.getDropped()).isEqualTo(2 + 1000 - reply.getEventsCount());
    }

    @Test
    void theDetailOfAHugeGangFitsInAnAnswerAndKeepsWhatMatters() {
        List<HostAssignment> hosts = new ArrayList<>();
        List<Views.HostRanks> ranks = new ArrayList<>();
        for (int i = 0; i < 8000; i++) {
            String host = "node-%05d".formatted(i);
            hosts.add(new HostAssignment(host, List.of("zone-1", "block-7", "rack-" + i / 16), i, i, 1));
            RankState state = i == 7999 ? RankState.FAILED : RankState.RUNNING;
            ranks.add(
                    new Views.HostRanks(host, List.of(new RankStatus(i, state, 1, "words ".repeat(600), List.of(0)))));
        }
        server.jobs.detail = new Views.JobDetail(
                FakeJobs.view(FakeJobs.spec("huge"), JobPhase.RUNNING, false, ""),
                List.of(placement(1, hosts), placement(2, hosts), placement(3, hosts)),
                ranks);

        List<AttemptView> attempts = client.get(request("huge")).getAttemptsList();

        assertThat(attempts).extracting(AttemptView::getAttempt).containsExactly(1, 2, 3);
        assertThat(attempts).extracting(AttemptView::getPlacementCount).containsExactly(0, 2000, 8000);
        assertThat(attempts).extracting(AttemptView::getPlacementLeftOut).containsExactly(8000, 6000, 0);
        assertThat(attempts.get(2).getRanks(0).getRank())
                .as("the failed rank is kept")
                .isEqualTo(7999);
        assertThat(attempts.get(2).getRanksCount()).isEqualTo(Bounds.RANKS_PER_ANSWER);
        assertThat(attempts.get(2).getRanksLeftOut()).isEqualTo(3000);
        assertThat(attempts.get(0).getRanksCount()).isZero();
    }

    private static PlacementRecord placement(int attempt, List<HostAssignment> hosts) {
        return new PlacementRecord(
                "u", attempt, hosts, List.of(), "a", 1, Instant.EPOCH, Optional.empty(), Optional.empty(), "");
    }

    private JobSummary submit(dev.muster.scheduler.job.JobSpec spec) {
        return client.submit(SubmitRequest.newBuilder()
                        .setSubmissionId("s1")
                        .setSpec(JobSpecCodec.write(spec))
                        .build())
                .getJob();
    }

    private static JobRequest request(String name) {
        return JobRequest.newBuilder().setName(name).build();
    }

    private static void assertRefused(ThrowingCallable call, Status.Code code, String description) {
        assertThatThrownBy(call).isInstanceOfSatisfying(StatusRuntimeException.class, refused -> {
            assertThat(refused.getStatus().getCode()).isEqualTo(code);
            assertThat(refused.getStatus().getDescription()).contains(description);
        });
    }
}
