package dev.muster.cli.endtoend;

import static dev.muster.cli.endtoend.Jobs.gang;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.muster.proto.v1.Explanation;
import dev.muster.proto.v1.JobState;
import dev.muster.proto.v1.NodeDetail;
import dev.muster.proto.v1.NodeRequest;
import dev.muster.proto.v1.NodeState;
import dev.muster.proto.v1.RestartSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What dies, and how the job goes on: four hosts of two accelerators in two racks. */
class RecoveryIT {

    /** Trains until a file says stop: writes its pid, counts steps, and ends well when told. */
    private static final String TRAINER =
            "echo $$ > SCRATCH/pid.$MUSTER_ATTEMPT.$RANK; i=0; while ! test -e SCRATCH/finish; do i=$((i+1)); "
                    + "printf 'step=%s checkpoint=0\\n' $i > $MUSTER_PROGRESS_FILE.new; "
                    + "mv $MUSTER_PROGRESS_FILE.new $MUSTER_PROGRESS_FILE; sleep 0.1; done";

    @TempDir
    Path directory;

    Path scratch;
    RealCluster cluster;
    Jobs jobs;

    @BeforeEach
    void start() throws IOException {
        scratch = Files.createDirectory(directory.resolve("scratch"));
        cluster = new RealCluster(directory, 4, 2);
        jobs = new Jobs(cluster);
    }

    @AfterEach
    void stop() throws IOException {
        cluster.close();
        for (String pid : pids()) {
            assertThat(Processes.isAlive(pid))
                    .as("rank process %s outlived its agent", pid)
                    .isFalse();
        }
    }

    private String trainer() {
        return TRAINER.replace("SCRATCH", scratch.toString());
    }

    private void finish() throws IOException {
        Files.createFile(scratch.resolve("finish"));
    }

    private List<String> pids() throws IOException {
        try (Stream<Path> files = Files.list(scratch)) {
            return files.filter(file -> file.getFileName().toString().startsWith("pid."))
                    .map(RecoveryIT::read)
                    .toList();
        }
    }

    private String pid(int attempt, int rank) {
        Path file = scratch.resolve("pid." + attempt + "." + rank);
        await().atMost(RealCluster.PATIENCE)
                .until(() -> Files.exists(file) && !read(file).isBlank());
        return read(file);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException problem) {
            throw new java.io.UncheckedIOException(problem);
        }
    }

    @Test
    void aLostHostIsReplacedByTheSpareAndItsRanksAreDead() throws IOException {
        jobs.submit(gang("survivor", 3, 1, trainer()));
        jobs.awaitState("survivor", JobState.JOB_STATE_RUNNING);
        List<String> before = jobs.hosts("survivor", 1);
        String spare = jobs.spares("survivor", 1).get(0);
        String victim = before.get(1);
        String pidOnVictim = pid(1, 1);

        cluster.killAgent(victim);

        jobs.awaitAttempt("survivor", 2, JobState.JOB_STATE_RUNNING);
        assertThat(Processes.isAlive(pidOnVictim)).isFalse();
        assertThat(Processes.isAlive(pid(1, 0))).isFalse();
        assertThat(jobs.hosts("survivor", 2))
                .contains(before.get(0), before.get(2), spare)
                .doesNotContain(victim);
        assertThat(jobs.eventTypes("survivor")).contains("HostLost");
        assertThat(cluster.fleet()
                        .getNode(NodeRequest.newBuilder().setName(victim).build())
                        .getNode()
                        .getState())
                .isEqualTo(NodeState.NODE_STATE_LOST);
        finish();
        jobs.awaitState("survivor", JobState.JOB_STATE_FINISHED);
        assertThat(Jobs.total(jobs.goodput("survivor")))
                .isEqualTo(jobs.goodput("survivor").getAllocatedAcceleratorMillis());
    }

    @Test
    void whenTheSpareIsUsedUpTheJobWaitsAndSaysWhyUntilAHostReturns() throws IOException {
        jobs.submit(gang("unlucky", 3, 1, trainer()));
        jobs.awaitState("unlucky", JobState.JOB_STATE_RUNNING);
        String first = jobs.hosts("unlucky", 1).get(0);
        cluster.killAgent(first);
        jobs.awaitAttempt("unlucky", 2, JobState.JOB_STATE_RUNNING);

        String second = jobs.hosts("unlucky", 2).get(2);
        cluster.killAgent(second);

        jobs.awaitState("unlucky", JobState.JOB_STATE_PENDING);
        Explanation why = cluster.jobs().explain(Jobs.request("unlucky")).getExplanation();
        assertThat(why.getExcludedMap()).containsEntry("LOST", 2L);
        assertThat(why.getShort()).isEqualTo(1);
        cluster.startAgent(second, rackOf(second));
        jobs.awaitAttempt("unlucky", 3, JobState.JOB_STATE_RUNNING);
        finish();
        jobs.awaitState("unlucky", JobState.JOB_STATE_FINISHED);
    }

    @Test
    void aKilledControllerComesBackAndTheRanksNeverStopped() throws IOException {
        jobs.submit(gang("steady", 2, 0, trainer()));
        jobs.awaitState("steady", JobState.JOB_STATE_RUNNING);
        String rank0 = pid(1, 0);
        long stepBefore = awaitStepBeyond("steady", 0);

        cluster.killController();
        cluster.startController();

        jobs.awaitAttempt("steady", 1, JobState.JOB_STATE_RUNNING);
        awaitStepBeyond("steady", stepBefore + 5);
        assertThat(Processes.isAlive(rank0)).isTrue();
        assertThat(jobs.summary("steady").getAttempt()).isEqualTo(1);
        finish();
        jobs.awaitState("steady", JobState.JOB_STATE_FINISHED);
        assertThat(jobs.summary("steady").getAttempt()).isEqualTo(1);
    }

    @Test
    void ranksThatEndWhileTheControllerIsAwayAreReportedWhenItReturns() throws IOException {
        jobs.submit(gang("patient", 2, 0, trainer()));
        jobs.awaitState("patient", JobState.JOB_STATE_RUNNING);
        String rank0 = pid(1, 0);
        cluster.killController();
        finish();
        await().atMost(RealCluster.PATIENCE).until(() -> !Processes.isAlive(rank0));

        cluster.startController();

        jobs.awaitState("patient", JobState.JOB_STATE_FINISHED);
        assertThat(jobs.summary("patient").getAttempt()).isEqualTo(1);
    }

    @Test
    void aDrainedHostIsEmptiedAndItsGangGoesOnElsewhere() throws IOException {
        jobs.submit(gang("movable", 2, 0, trainer()));
        jobs.awaitState("movable", JobState.JOB_STATE_RUNNING);
        String drained = jobs.hosts("movable", 1).get(0);

        CliRun run = cluster.muster("node", "drain", drained);

        assertThat(run.exitCode()).as(run.err()).isZero();
        jobs.awaitAttempt("movable", 2, JobState.JOB_STATE_RUNNING);
        assertThat(jobs.hosts("movable", 2)).doesNotContain(drained).hasSize(2);
        NodeDetail node = cluster.fleet()
                .getNode(NodeRequest.newBuilder().setName(drained).build());
        assertThat(node.getNode().getState()).isEqualTo(NodeState.NODE_STATE_DRAINING);
        assertThat(node.getNode().getJobsList()).isEmpty();
        finish();
        jobs.awaitState("movable", JobState.JOB_STATE_FINISHED);
    }

    @Test
    void aFatalDeviceFaultTakesTheHostOutAndMovesItsGangToTheSpare() throws IOException {
        jobs.submit(gang("faulted", 2, 1, trainer()));
        jobs.awaitState("faulted", JobState.JOB_STATE_RUNNING);
        String sick = jobs.hosts("faulted", 1).get(1);
        String spare = jobs.spares("faulted", 1).get(0);

        cluster.faults(sick, 2, "[{device: 0, xid: 79}]");

        jobs.awaitAttempt("faulted", 2, JobState.JOB_STATE_RUNNING);
        assertThat(jobs.hosts("faulted", 2)).contains(spare).doesNotContain(sick);
        NodeDetail node =
                cluster.fleet().getNode(NodeRequest.newBuilder().setName(sick).build());
        assertThat(node.getNode().getState()).isEqualTo(NodeState.NODE_STATE_QUARANTINED);
        assertThat(node.getNode().getReason()).contains("79");
        assertThat(node.getEventsList()).anyMatch(event -> event.getCode().equals("79"));
        finish();
        jobs.awaitState("faulted", JobState.JOB_STATE_FINISHED);
    }

    @Test
    void aGangThatStopsMakingProgressIsStartedAgain() throws IOException {
        String stuckOnce = "echo $$ > SCRATCH/pid.$MUSTER_ATTEMPT.$RANK; "
                + "for i in 1 2 3; do printf 'step=%s checkpoint=0\\n' $i > $MUSTER_PROGRESS_FILE; sleep 0.3; done; "
                + "test $MUSTER_ATTEMPT = 1 && sleep 1000; true";
        jobs.submit(gang("stuck", 2, 0, stuckOnce.replace("SCRATCH", scratch.toString()))
                .setRestart(RestartSpec.newBuilder()
                        .setMaxRestarts(5)
                        .setFuseFailures(3)
                        .setFuseWithinMillis(Duration.ofMinutes(10).toMillis())
                        .setHangAfterMillis(2_000)));

        jobs.awaitState("stuck", JobState.JOB_STATE_FINISHED);

        assertThat(jobs.summary("stuck").getAttempt()).isEqualTo(2);
        assertThat(jobs.eventTypes("stuck")).contains("HangDetected");
    }

    private static String rackOf(String host) {
        return host.equals("n1") || host.equals("n2") ? "b1,r1" : "b1,r2";
    }

    private long awaitStepBeyond(String name, long step) {
        await("job " + name + " is beyond step " + step)
                .atMost(RealCluster.PATIENCE)
                .ignoreExceptions()
                .until(() -> jobs.summary(name).getProgress().getStep() > step);
        return jobs.summary(name).getProgress().getStep();
    }
}
