package dev.muster.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.cli.command.MusterRun.Result;
import dev.muster.cli.fake.FakeController;
import dev.muster.cli.fake.FakeJobs.WatchScript;
import dev.muster.cli.fake.Samples;
import dev.muster.proto.v1.DryRunReply;
import dev.muster.proto.v1.EventsReply;
import dev.muster.proto.v1.Explanation;
import dev.muster.proto.v1.HostAssignment;
import dev.muster.proto.v1.JobSpec;
import dev.muster.proto.v1.JobState;
import dev.muster.proto.v1.JobSummary;
import dev.muster.proto.v1.ProcessLayout;
import dev.muster.proto.v1.Spread;
import dev.muster.proto.v1.SubmitRequest;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SubmitTest {

    private static final String JOB = """
            apiVersion: muster.dev/v1alpha1
            kind: TrainingJob
            metadata: {name: llama, namespace: research}
            spec:
              queue: big
              priority: 7
              gang:
                hosts: 4
                minHosts: 2
                spares: 1
                perHost: {accelerators: 8, acceleratorType: nvidia-h100, cpus: 1.5, memory: 2Gi}
                processes: per-host
              topology: {required: block, preferred: rack, slices: [{hosts: 2, within: rack}], spread: balanced}
              walltime: 1h
              preemptible: false
              minRuntime: 10m
              checkpoint: {directory: checkpoints, signal: SIGUSR1, grace: 90s}
              restart: {maxRestarts: 5, maxInfrastructureRestarts: 9, fuse: {failures: 2, within: 1m}, hangAfter: 3m, isolationTimeout: 4m}
              template:
                command: [python3, train.py]
                workingDirectory: .
                env: {NCCL_DEBUG: WARN}
            """;

    private final FakeController controller = FakeController.start();

    @TempDir
    private Path folder;

    @BeforeEach
    void writeJob() throws IOException {
        Files.writeString(folder.resolve("job.yaml"), JOB);
    }

    @AfterEach
    void stop() {
        controller.close();
    }

    private Result muster(String... words) {
        return MusterRun.against(controller).in(folder).run(words);
    }

    private JobSpec submitted() {
        return controller.jobs().onlyRequest(SubmitRequest.class).getSpec();
    }

    @Test
    void everythingTheFileSaysReachesTheController() {
        Result result = muster("submit", "job.yaml");

        assertThat(result.out()).isEqualTo("submitted digits, RUNNING: running on n1,n2,n3\n");
        JobSpec spec = submitted();
        assertThat(List.of(spec.getNamespace(), spec.getName(), spec.getQueue()))
                .containsExactly("research", "llama", "big");
        assertThat(spec.getPriority()).isEqualTo(7);
        assertThat(spec.getGang().getMinHosts()).isEqualTo(2);
        assertThat(spec.getGang().getPerHost().getCpuMillis()).isEqualTo(1500);
        assertThat(spec.getGang().getPerHost().getMemoryBytes()).isEqualTo(2L << 30);
        assertThat(spec.getGang().getAcceleratorType()).isEqualTo("nvidia-h100");
        assertThat(spec.getGang().getProcesses()).isEqualTo(ProcessLayout.PROCESS_LAYOUT_PER_HOST);
        assertThat(spec.getTopology().getRequired()).isEqualTo("block");
        assertThat(spec.getTopology().getSlices(0).getWithin()).isEqualTo("rack");
        assertThat(spec.getTopology().getSpread()).isEqualTo(Spread.SPREAD_BALANCED);
        assertThat(spec.getWalltimeMillis()).isEqualTo(3_600_000);
        assertThat(spec.getPreemptible()).isFalse();
        assertThat(spec.getMinRuntimeMillis()).isEqualTo(600_000);
        assertThat(spec.getCheckpoint().getGraceMillis()).isEqualTo(90_000);
        assertThat(spec.getRestart().getMaxInfrastructureRestarts()).isEqualTo(9);
        assertThat(spec.getRestart().getFuseWithinMillis()).isEqualTo(60_000);
        assertThat(spec.getRestart().getIsolationTimeoutMillis()).isEqualTo(240_000);
        assertThat(spec.getTemplate().getEnvMap()).containsEntry("NCCL_DEBUG", "WARN");
        assertThat(spec.getTemplate().getCommandList()).containsExactly("python3", "train.py");
    }

    @Test
    void relativeFoldersStartAtTheFile() throws IOException {
        Files.createDirectories(folder.resolve("deep"));
        Files.writeString(folder.resolve("deep/job.yaml"), JOB);

        muster("submit", "deep/job.yaml");

        assertThat(submitted().getTemplate().getWorkingDirectory())
                .isEqualTo(folder.resolve("deep").toString());
        assertThat(submitted().getCheckpoint().getDirectory())
                .isEqualTo(folder.resolve("deep/checkpoints").toString());
    }

    @Test
    void withoutAWorkingDirectoryNothingIsMadeUp() throws IOException {
        Files.writeString(folder.resolve("job.yaml"), JOB.replace("    workingDirectory: .\n", ""));

        muster("submit", "job.yaml");

        assertThat(submitted().getTemplate().getWorkingDirectory()).isEmpty();
        assertThat(submitted().getCheckpoint().getDirectory()).isEqualTo("checkpoints");
    }

    @Test
    void optionsReplaceWhatTheFileSays() {
        muster("submit", "job.yaml", "--name", "llama-2", "--queue", "small", "--namespace", "vision");

        assertThat(List.of(
                        submitted().getNamespace(),
                        submitted().getName(),
                        submitted().getQueue()))
                .containsExactly("vision", "llama-2", "small");
    }

    @Test
    void aStrangeNameIsRefusedBeforeAnybodyIsAsked() {
        Result result = muster("submit", "job.yaml", "--name", "../x\u001b[2J");

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err())
                .startsWith("muster: --name is ")
                .doesNotContain("\u001b")
                .hasLineCount(1);
        assertThat(controller.jobs().requests).isEmpty();
    }

    @Test
    void aJobCanComeFromStandardInput() {
        Result result = MusterRun.against(controller).in(folder).reading(JOB).run("submit", "-");

        assertThat(result.exitCode()).isZero();
        assertThat(submitted().getName()).isEqualTo("llama");
    }

    @Test
    void aBrokenConnectionIsTriedAgainAsTheSameSubmission() {
        controller.jobs().failures.add(Status.UNAVAILABLE);
        controller.jobs().failures.add(Status.UNAVAILABLE);

        assertThat(muster("submit", "job.yaml").exitCode()).isZero();

        assertThat(controller.jobs().requests)
                .hasSize(3)
                .extracting(request -> ((SubmitRequest) request).getSubmissionId())
                .doesNotContain("")
                .containsOnly(((SubmitRequest) controller.jobs().requests.get(0)).getSubmissionId());
    }

    @Test
    void aTakenNameIsRefused() {
        controller
                .jobs()
                .failures
                .add(Status.ALREADY_EXISTS.withDescription("job research/llama runs already; choose another --name"));

        Result result = muster("submit", "job.yaml");

        assertThat(result.exitCode()).isEqualTo(5);
        assertThat(result.err()).isEqualTo("muster: job research/llama runs already; choose another --name\n");
    }

    @Test
    void dryRunSaysWhereTheJobWouldRun() {
        controller.jobs().dryRun = DryRunReply.newBuilder()
                .setWouldStart(true)
                .addPlacement(HostAssignment.newBuilder()
                        .setHost("n1")
                        .setFirstRank(0)
                        .setRanks(2)
                        .addPath("b1")
                        .addPath("r1"))
                .addPlacement(HostAssignment.newBuilder()
                        .setHost("n4")
                        .setNodeRank(-1)
                        .addPath("b1"))
                .addPreempts("default/small")
                .build();

        assertThat(muster("submit", "job.yaml", "--dry-run").out()).isEqualTo("""
                        research/llama would start when others have stopped for it
                        HOST  NODE RANK  RANKS  DOMAIN
                        n1            0  0-1    b1/r1
                        n4        spare  -      b1
                        would stop default/small
                        """);
        assertThat(controller.jobs().requests).noneMatch(SubmitRequest.class::isInstance);
    }

    @Test
    void dryRunSaysWhyTheJobWouldWait() {
        controller.jobs().dryRun = DryRunReply.newBuilder()
                .setExplanation(Explanation.newBuilder().setCode("QUOTA").setText("queue big is full"))
                .build();

        Result result = muster("submit", "job.yaml", "--dry-run");

        assertThat(result.exitCode()).isZero();
        assertThat(result.out()).contains("research/llama would wait\n").contains("queue big is full");
    }

    @Test
    void waitEndsAsTheJobDoes() {
        JobSummary failed = Samples.job("digits", JobState.JOB_STATE_FAILED);
        controller
                .jobs()
                .watches
                .add(new WatchScript(
                        List.of(Samples.update(Samples.job("digits")), Samples.update(failed)), Status.OK));
        assertThat(muster("submit", "job.yaml", "--wait").exitCode()).isEqualTo(1);

        JobSummary finished = Samples.job("digits", JobState.JOB_STATE_FINISHED);
        controller.jobs().watches.add(new WatchScript(List.of(Samples.update(finished)), Status.OK));
        Result result = muster("submit", "job.yaml", "--wait", "-o", "json");
        assertThat(result.exitCode()).isZero();
        assertThat(result.out()).startsWith("{").contains("\"state\": \"FINISHED\"");
    }

    @Test
    void followTellsEachEventOnceThroughAControllerRestart() {
        controller
                .jobs()
                .watches
                .add(new WatchScript(
                        List.of(Samples.update(Samples.job("digits"), Samples.event(1, "Placed", "on n1"))),
                        Status.UNAVAILABLE));
        controller
                .jobs()
                .watches
                .add(new WatchScript(
                        List.of(Samples.update(
                                Samples.job("digits", JobState.JOB_STATE_FINISHED), Samples.event(3, "Finished", ""))),
                        Status.OK));
        controller.jobs().events = EventsReply.newBuilder()
                .addEvents(Samples.event(1, "Placed", "on n1"))
                .addEvents(Samples.event(2, "HostLost", "n2"))
                .build();

        Result result = muster("submit", "job.yaml", "--follow");

        assertThat(result.exitCode()).isZero();
        assertThat(result.out().lines())
                .containsSubsequence(
                        "11:59:01  Placed: on n1 (attempt 1)",
                        "11:59:02  HostLost: n2 (attempt 1)",
                        "digits is RUNNING: running on n1,n2,n3",
                        "step 200/400, loss 0.2500, attempt 1",
                        "the controller is away; the job goes on, and so does this",
                        "the controller is back",
                        "11:59:03  Finished (attempt 1)",
                        "digits is FINISHED: running on n1,n2,n3");
        assertThat(result.out().lines().filter(line -> line.contains("Placed"))).hasSize(1);
    }

    @Test
    void aTerminalGetsABar() {
        controller
                .jobs()
                .watches
                .add(new WatchScript(
                        List.of(
                                Samples.update(Samples.job("digits")),
                                Samples.update(Samples.job("digits", JobState.JOB_STATE_FINISHED))),
                        Status.OK));

        Result result = MusterRun.against(controller).in(folder).onTerminal().run("submit", "job.yaml", "--follow");

        assertThat(result.out()).contains("███████████████░░░░░░░░░░░░░░░").contains("step 200/400");
    }
}
