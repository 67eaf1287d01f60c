package dev.muster.cli.endtoend;

import static dev.muster.cli.endtoend.Jobs.gang;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.muster.proto.v1.CheckpointSpec;
import dev.muster.proto.v1.DryRunReply;
import dev.muster.proto.v1.DryRunRequest;
import dev.muster.proto.v1.Explanation;
import dev.muster.proto.v1.JobSpec;
import dev.muster.proto.v1.JobState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three hosts, two of them guaranteed to one queue and borrowed by another, with real processes that save when asked. */
class PreemptionIT {

    private static final String QUEUES = """
            queues:
              - {name: owner, guaranteed: {accelerators: 2}}
              - {name: borrower}
            policy: {restartCost: 1m}
            """;

    /** Goes on from its checkpoint, counts steps, saves only when asked to, and then ends. */
    private static final String BORROWER = """
            echo $$ > SCRATCH/pid.$MUSTER_ATTEMPT.$RANK
            i=$(cat SCRATCH/saved.$RANK 2>/dev/null || echo 0); saved=$i
            echo $i > SCRATCH/began.$MUSTER_ATTEMPT.$RANK
            trap 'echo $i > SCRATCH/saved.$RANK; exit 0' USR1
            while ! test -e SCRATCH/finish; do i=$((i+1))
            printf 'step=%s checkpoint=%s\\n' $i $saved > $MUSTER_PROGRESS_FILE.new
            mv $MUSTER_PROGRESS_FILE.new $MUSTER_PROGRESS_FILE; sleep 0.1; done
            """;

    /** Notes whether anything of the borrower's first attempt still lives when it starts. */
    private static final String OWNER = """
            for pid in $(cat SCRATCH/pid.1.*); do
            if test -d /proc/$pid && ! grep -q '^State:.Z' /proc/$pid/status; then echo $pid >> SCRATCH/overlap; fi; done
            while ! test -e SCRATCH/enough; do sleep 0.1; done
            """;

    @TempDir
    Path directory;

    Path scratch;
    RealCluster cluster;
    Jobs jobs;

    @BeforeEach
    void start() throws IOException {
        scratch = Files.createDirectory(directory.resolve("scratch"));
        cluster = RealCluster.sharedBy(directory, QUEUES, 3, 1);
        jobs = new Jobs(cluster);
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    @Test
    void anOwnerTakesBackWhatWasLentAndTheBorrowerGoesOnFromItsCheckpoint() throws IOException {
        jobs.submit(loan());
        jobs.awaitState("loan", JobState.JOB_STATE_RUNNING);
        await().atMost(RealCluster.PATIENCE)
                .until(() -> jobs.summary("loan").getProgress().getStep() > 3);

        DryRunReply before =
                cluster.jobs().dryRun(DryRunRequest.newBuilder().setSpec(own()).build());
        assertThat(before.getWouldStart()).isTrue();
        assertThat(before.getPlacementList()).hasSize(2);
        assertThat(before.getPreemptsList()).containsExactly("default/loan");
        assertThat(jobs.summary("loan").getState()).isEqualTo(JobState.JOB_STATE_RUNNING);
        assertThat(cluster.muster("queues").out()).containsPattern("borrower +root +3 +0 +3 ");

        jobs.submit(own());
        jobs.awaitState("own", JobState.JOB_STATE_RUNNING);
        assertThat(scratch.resolve("overlap")).doesNotExist();
        long saved = number("saved.0");
        assertThat(saved).isPositive();
        assertThat(jobs.summary("loan").getState()).isEqualTo(JobState.JOB_STATE_PENDING);
        assertThat(jobs.eventTypes("loan")).contains("Preempted");
        Explanation why = cluster.jobs().explain(Jobs.request("loan")).getExplanation();
        assertThat(why.getShort()).isEqualTo(2);
        assertThat(cluster.muster("explain", "loan").out())
                .contains("needs 3 hosts")
                .contains("nobody knows");

        Files.createFile(scratch.resolve("enough"));
        jobs.awaitState("own", JobState.JOB_STATE_FINISHED);
        jobs.awaitAttempt("loan", 2, JobState.JOB_STATE_RUNNING);
        await().atMost(RealCluster.PATIENCE).until(() -> Files.exists(scratch.resolve("began.2.0")));
        assertThat(number("began.2.0")).isEqualTo(saved);
        Files.createFile(scratch.resolve("finish"));
        jobs.awaitState("loan", JobState.JOB_STATE_FINISHED);
        assertThat(jobs.summary("loan").getSubmittedAtMillis())
                .isLessThan(jobs.summary("own").getSubmittedAtMillis());
        assertThat(Jobs.total(jobs.goodput("loan")))
                .isEqualTo(jobs.goodput("loan").getAllocatedAcceleratorMillis());
    }

    private JobSpec.Builder loan() {
        return gang("loan", 3, 0, BORROWER.replace("SCRATCH", scratch.toString()))
                .setQueue("borrower")
                .setCheckpoint(CheckpointSpec.newBuilder()
                        .setDirectory(scratch.toString())
                        .setSignal("SIGUSR1")
                        .setGraceMillis(10_000));
    }

    private JobSpec.Builder own() {
        return gang("own", 2, 0, OWNER.replace("SCRATCH", scratch.toString())).setQueue("owner");
    }

    private long number(String file) {
        try {
            List<String> lines = Files.readAllLines(scratch.resolve(file));
            return Long.parseLong(lines.get(0).strip());
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        }
    }
}
