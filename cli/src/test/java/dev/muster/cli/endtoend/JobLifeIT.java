package dev.muster.cli.endtoend;

import static dev.muster.cli.endtoend.Jobs.gang;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.muster.proto.v1.DryRunReply;
import dev.muster.proto.v1.DryRunRequest;
import dev.muster.proto.v1.JobSpec;
import dev.muster.proto.v1.JobState;
import dev.muster.proto.v1.JobSummary;
import dev.muster.proto.v1.SubmitRequest;
import dev.muster.proto.v1.TopologySpec;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The life of jobs on a cluster that stays whole: four hosts of two accelerators in two racks. */
class JobLifeIT {

    @TempDir
    static Path directory;

    static RealCluster cluster;
    static Jobs jobs;

    @BeforeAll
    static void start() {
        cluster = new RealCluster(directory, 4, 2);
        jobs = new Jobs(cluster);
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @Test
    void aGangRunsOnceOnEachHostAndFinishes() {
        jobs.submit(gang("roll-call", 3, 0, "echo rank $RANK of $WORLD_SIZE on $MUSTER_HOST node $NODE_RANK"));

        jobs.awaitState("roll-call", JobState.JOB_STATE_FINISHED);

        List<String> hosts = jobs.hosts("roll-call", 1);
        assertThat(hosts).hasSize(3).doesNotHaveDuplicates();
        for (int rank = 0; rank < 3; rank++) {
            assertThat(jobs.logs("roll-call", rank))
                    .contains("rank " + rank + " of 3 on " + hosts.get(rank) + " node " + rank);
        }
        assertThat(jobs.eventTypes("roll-call"))
                .startsWith("Submitted", "Placed")
                .endsWith("Finished");
        assertThat(Jobs.total(jobs.goodput("roll-call")))
                .isEqualTo(jobs.goodput("roll-call").getAllocatedAcceleratorMillis())
                .isPositive();
    }

    @Test
    void aGangThatPrefersARackGetsOne() {
        jobs.submit(gang("close", 2, 0, "true")
                .setTopology(TopologySpec.newBuilder().setPreferred("rack")));

        jobs.awaitState("close", JobState.JOB_STATE_FINISHED);

        assertThat(jobs.hosts("close", 1)).isIn(List.of(List.of("n1", "n2"), List.of("n3", "n4")));
    }

    @Test
    void cancellingEndsEveryProcessOfTheGang() throws Exception {
        Path pids = Files.createDirectory(directory.resolve("pids"));
        jobs.submit(gang("sleeper", 2, 0, "echo $$ > " + pids + "/$RANK; sleep 1000 & wait"));
        jobs.awaitState("sleeper", JobState.JOB_STATE_RUNNING);
        await().atMost(RealCluster.PATIENCE).until(() -> pids.toFile().list().length == 2);

        cluster.jobs().cancel(Jobs.request("sleeper"));

        jobs.awaitState("sleeper", JobState.JOB_STATE_CANCELLED);
        for (int rank = 0; rank < 2; rank++) {
            assertThat(Processes.isAlive(Files.readString(pids.resolve("" + rank))))
                    .isFalse();
        }
    }

    @Test
    void aRankThatCrashesBringsTheWholeGangBackAndTheFuseEndsACrashLoop() {
        jobs.submit(gang("crashing", 2, 0, "test $RANK = 0 && sleep 1000; echo about to fail; exit 3"));

        JobSummary end = jobs.awaitState("crashing", JobState.JOB_STATE_FAILED);

        assertThat(end.getAttempt()).isEqualTo(3);
        assertThat(end.getReason()).contains("exited with code 3");
        assertThat(jobs.logs("crashing", 1)).contains("about to fail");
    }

    @Test
    void aRankThatCrashesOnceIsForgivenAndTheJobFinishes() {
        Path marker = directory.resolve("crashed-once");
        jobs.submit(gang(
                "forgiven",
                2,
                0,
                "test -e " + marker + " && exit 0; test $RANK = 1 && touch " + marker + " && exit 1; sleep 1000"));

        JobSummary end = jobs.awaitState("forgiven", JobState.JOB_STATE_FINISHED);

        assertThat(end.getAttempt()).isEqualTo(2);
        assertThat(jobs.hosts("forgiven", 2)).isEqualTo(jobs.hosts("forgiven", 1));
    }

    @Test
    void aHeldJobWaitsForItsUser() {
        jobs.submit(gang("filler", 4, 0, "sleep 1000").setGang(twoPerHost("filler", 4)));
        jobs.awaitState("filler", JobState.JOB_STATE_RUNNING);
        jobs.submit(gang("held", 1, 0, "true"));
        cluster.jobs().hold(Jobs.request("held"));
        cluster.jobs().cancel(Jobs.request("filler"));
        jobs.awaitState("filler", JobState.JOB_STATE_CANCELLED);
        assertThat(jobs.summary("held").getState()).isEqualTo(JobState.JOB_STATE_HELD);

        cluster.jobs().release(Jobs.request("held"));

        jobs.awaitState("held", JobState.JOB_STATE_FINISHED);
    }

    @Test
    void aJobThatMustWaitSaysWhyAndStartsWhenThereIsRoom() {
        jobs.submit(gang("big", 4, 0, "sleep 1000").setGang(twoPerHost("big", 4)));
        jobs.awaitState("big", JobState.JOB_STATE_RUNNING);
        JobSpec.Builder next = gang("next", 2, 0, "true");

        DryRunReply dryRun =
                cluster.jobs().dryRun(DryRunRequest.newBuilder().setSpec(next).build());
        jobs.submit(next);

        assertThat(dryRun.getWouldStart()).isFalse();
        assertThat(dryRun.getExplanation().getCode()).isEqualTo("CAPACITY");
        await().atMost(RealCluster.PATIENCE)
                .until(() -> !jobs.summary("next").getReason().isEmpty());
        assertThat(cluster.jobs().explain(Jobs.request("next")).getExplanation().getShort())
                .isEqualTo(2);
        cluster.jobs().cancel(Jobs.request("big"));
        jobs.awaitState("next", JobState.JOB_STATE_FINISHED);
    }

    @Test
    void whatCanNeverRunIsRefusedAtSubmit() {
        assertRefused(gang("too-big", 5, 0, "true"), Status.Code.INVALID_ARGUMENT, "5");
        assertRefused(gang("zero", 0, 0, "true"), Status.Code.INVALID_ARGUMENT, "hosts");
        assertRefused(gang("Bad Name!", 1, 0, "true"), Status.Code.INVALID_ARGUMENT, "name");
        assertRefused(gang("lost", 1, 0, "true").setQueue("nowhere"), Status.Code.INVALID_ARGUMENT, "nowhere");
        assertThat(cluster.jobs().list(dev.muster.proto.v1.ListJobsRequest.getDefaultInstance()).getJobsList().stream()
                        .map(JobSummary::getName))
                .doesNotContain("too-big", "zero", "Bad Name!", "lost");
    }

    @Test
    void aNameIsTakenUntilItsJobHasEnded() {
        jobs.submit(gang("taken", 1, 0, "sleep 1000"));
        assertRefused(gang("taken", 1, 0, "true"), Status.Code.ALREADY_EXISTS, "taken");
        cluster.jobs().cancel(Jobs.request("taken"));
        jobs.awaitState("taken", JobState.JOB_STATE_CANCELLED);

        jobs.submit(gang("taken", 1, 0, "true"));

        jobs.awaitState("taken", JobState.JOB_STATE_FINISHED);
    }

    @Test
    void aSubmissionSentTwiceIsOneJob() {
        SubmitRequest request = SubmitRequest.newBuilder()
                .setSpec(gang("once", 1, 0, "true"))
                .setSubmissionId("the-same")
                .build();

        String first = cluster.jobs().submit(request).getJob().getUid();
        String second = cluster.jobs().submit(request).getJob().getUid();

        assertThat(second).isEqualTo(first);
        jobs.awaitState("once", JobState.JOB_STATE_FINISHED);
    }

    private static dev.muster.proto.v1.GangSpec.Builder twoPerHost(String name, int hosts) {
        return gang(name, hosts, 0, "true").getGang().toBuilder()
                .setPerHost(dev.muster.proto.v1.Resources.newBuilder()
                        .setAccelerators(2)
                        .setCpuMillis(100));
    }

    private static void assertRefused(JobSpec.Builder job, Status.Code code, String... words) {
        assertThatThrownBy(() -> jobs.submit(job)).isInstanceOfSatisfying(StatusRuntimeException.class, refusal -> {
            assertThat(refusal.getStatus().getCode()).isEqualTo(code);
            assertThat(refusal.getStatus().getDescription())
                    .contains(Arrays.asList(words))
                    .doesNotContain("\n");
        });
    }
}
