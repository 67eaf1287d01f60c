package dev.muster.controller.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.muster.controller.session.AgentCommand;
import dev.muster.controller.session.AgentMessage;
import dev.muster.controller.state.HealthEvent;
import dev.muster.controller.state.NodeRecord.Device;
import dev.muster.controller.workload.RankState;
import dev.muster.controller.workload.RunPhase;
import dev.muster.proto.v1.ControllerMessage;
import dev.muster.proto.v1.LogChunk;
import dev.muster.proto.v1.Progress;
import dev.muster.proto.v1.ProgressReport;
import dev.muster.proto.v1.RankStatus;
import dev.muster.proto.v1.Register;
import dev.muster.proto.v1.Resources;
import dev.muster.proto.v1.RunReport;
import dev.muster.scheduler.job.ResourceVector;
import dev.muster.scheduler.job.TemplateSpec;
import dev.muster.scheduler.job.Violation;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What agents and the controller say to each other arrives as it was meant. */
class AgentMessagesTest {

    private static final RunReport RUN = RunReport.newBuilder()
            .setJobUid("u7")
            .setEpoch(4)
            .setPhase(dev.muster.proto.v1.RunPhase.RUN_PHASE_RUNNING)
            .addRanks(RankStatus.newBuilder()
                    .setRank(9)
                    .setState(dev.muster.proto.v1.RankState.RANK_STATE_FAILED)
                    .setExitCode(137)
                    .setMessage("killed")
                    .addDevices(1))
            .setMessage("why")
            .build();

    private final Problems problems = new Problems();

    @Test
    void aRegistrationCarriesTheHostItsDevicesAndWhatItHolds() {
        AgentMessage message = read(dev.muster.proto.v1.AgentMessage.newBuilder()
                .setRegister(registration()
                        .addPath("z1")
                        .setAcceleratorType("nvidia-h100")
                        .setCapacity(Resources.newBuilder().setAccelerators(8).putOthers("rdma/hca", 4))
                        .addDevices(dev.muster.proto.v1.Device.newBuilder()
                                .setIndex(3)
                                .setId("GPU-1")
                                .setVendor("fake")
                                .setMemoryBytes(80))
                        .addRuns(RUN)
                        .putLabels("pool", "a")));

        assertThat(problems.all()).isEmpty();
        assertThat(message)
                .isEqualTo(new AgentMessage.Registration(
                        "h1",
                        "life-1",
                        "boot-1",
                        "1.0",
                        "10.0.0.1",
                        List.of("z1"),
                        new ResourceVector(new TreeMap<>(Map.of(ResourceVector.ACCELERATORS, 8L, "rdma/hca", 4L))),
                        Optional.of("nvidia-h100"),
                        List.of(new Device(3, "GPU-1", "fake", "", 80, "")),
                        List.of(new AgentMessage.RunReport(
                                "u7",
                                4,
                                RunPhase.RUNNING,
                                List.of(new dev.muster.controller.workload.RankStatus(
                                        9, RankState.FAILED, 137, "killed", List.of(1))),
                                "why")),
                        new TreeMap<>(Map.of("pool", "a"))));
    }

    @Test
    void aHostThatGivesAStrangeNameIsNamedAsTheProblem() {
        read(dev.muster.proto.v1.AgentMessage.newBuilder()
                .setRegister(registration().setHost("../../etc\n").addPath("rack one")));
        assertThat(problems.all()).extracting(Violation::field).containsExactly("register.host", "register.path[0]");
    }

    @Test
    void anUnknownPhaseIsAProblemAndNotAGuess() {
        read(dev.muster.proto.v1.AgentMessage.newBuilder()
                .setRun(RUN.toBuilder().setPhaseValue(42)));
        assertThat(problems.summary()).startsWith("run.phase: has a value that this version does not know");
    }

    @Test
    void aKindOfMessageFromTheFutureIsPassedOver() {
        assertThat(AgentMessageCodec.read(dev.muster.proto.v1.AgentMessage.getDefaultInstance(), problems))
                .isEmpty();
        assertThat(problems.none()).isTrue();
    }

    @Test
    void aProgressFileWithNonsenseDoesNotCostTheHostItsConnection() {
        AgentMessage message = read(dev.muster.proto.v1.AgentMessage.newBuilder()
                .setProgress(ProgressReport.newBuilder()
                        .setJobUid("u7")
                        .setEpoch(1)
                        .setProgress(Progress.newBuilder()
                                .setStep(-5)
                                .setCheckpoint(-1)
                                .setCheckpointSeconds(Double.NaN))));
        assertThat(problems.none()).isTrue();
        assertThat(message)
                .isEqualTo(new AgentMessage.ProgressReport(
                        "u7",
                        1,
                        new dev.muster.controller.state.Progress(0, 0, OptionalDouble.empty(), 0, 0, Instant.EPOCH)));
    }

    @Test
    void theLastWordsOfAFailedRankAreCutAndNotRefused() {
        AgentMessage message = read(dev.muster.proto.v1.AgentMessage.newBuilder()
                .setRun(RUN.toBuilder().setRanks(0, RUN.getRanks(0).toBuilder().setMessage("😀".repeat(5000)))));
        assertThat(problems.none()).isTrue();
        String words = ((AgentMessage.RunReport) message).ranks().get(0).message();
        assertThat(words).hasSizeLessThanOrEqualTo(Bounds.TEXT_LENGTH).endsWith("😀…");
    }

    @Test
    void anOversizedLogChunkIsAProblem() {
        read(dev.muster.proto.v1.AgentMessage.newBuilder()
                .setLog(LogChunk.newBuilder().setData(ByteString.copyFrom(new byte[65_537]))));
        assertThat(problems.summary()).isEqualTo("log.data: has 65537 entries; at most 65536");
    }

    @Test
    void aHealthEventOfTheWholeHostHasNoDevice() {
        RandomRecords records = new RandomRecords(11);
        for (int i = 0; i < 1000; i++) {
            HealthEvent event = records.healthEvent();
            assertThat(HealthCodec.read("health", HealthCodec.write(event), problems))
                    .isEqualTo(event);
        }
        assertThat(HealthCodec.read(
                                "health",
                                dev.muster.proto.v1.HealthEvent.newBuilder()
                                        .setId("e1")
                                        .setDeviceIndex(-1)
                                        .setSeverity(dev.muster.proto.v1.HealthSeverity.HEALTH_SEVERITY_FATAL)
                                        .build(),
                                problems)
                        .deviceIndex())
                .isEqualTo(OptionalInt.empty());
        assertThat(problems.none()).isTrue();
    }

    @Test
    void aStartCarriesEverythingTheRanksNeed() {
        ControllerMessage message = AgentCommandCodec.write(new AgentCommand.StartRun(
                "u7",
                4,
                "default",
                "digits",
                1,
                3,
                2,
                2,
                6,
                2,
                "10.0.0.1",
                29500,
                "z1/b1/h2",
                TemplateSpec.ofCommand(List.of("java", "Train.java"), Map.of("A", "b")),
                Optional.of("/ckpt"),
                Duration.ofMinutes(5),
                ResourceVector.of(2, 1000, 1)));

        assertThat(message.getStart().toString().lines().map(String::trim))
                .contains(
                        "job_uid: \"u7\"",
                        "epoch: 4",
                        "attempt: 4",
                        "node_rank: 1",
                        "nodes: 3",
                        "first_rank: 2",
                        "ranks: 2",
                        "world_size: 6",
                        "accelerators: 2",
                        "master_address: \"10.0.0.1\"",
                        "master_port: 29500",
                        "topology: \"z1/b1/h2\"",
                        "command: \"Train.java\"",
                        "checkpoint_directory: \"/ckpt\"",
                        "isolation_timeout_millis: 300000");
        assertThat(message.getStart().getResources().getAccelerators()).isEqualTo(2);
    }

    @Test
    void everyOtherCommandArrivesAsItsOwnKind() {
        assertThat(AgentCommandCodec.write(
                                new AgentCommand.Registered("s1", Duration.ofSeconds(2), Duration.ofMinutes(5), 7))
                        .getRegistered()
                        .getIsolationTimeoutMillis())
                .isEqualTo(300_000);
        assertThat(AgentCommandCodec.write(new AgentCommand.Refused("no", true))
                        .getRefused()
                        .getRetry())
                .isTrue();
        assertThat(AgentCommandCodec.write(new AgentCommand.HeartbeatAck(0)).hasHeartbeatAck())
                .isTrue();
        ControllerMessage stop = AgentCommandCodec.write(new AgentCommand.StopRun(
                "u7", 4, "drain", Optional.of("SIGUSR1"), Duration.ofSeconds(120), Duration.ofSeconds(10)));
        assertThat(stop.getStop().getCheckpointSignal()).isEqualTo("SIGUSR1");
        assertThat(stop.getStop().getCheckpointGraceMillis()).isEqualTo(120_000);
        assertThat(stop.getStop().getTermGraceMillis()).isEqualTo(10_000);
        assertThat(AgentCommandCodec.write(new AgentCommand.ForgetRun("u7", 4))
                        .getForget()
                        .getEpoch())
                .isEqualTo(4);
        assertThat(AgentCommandCodec.write(new AgentCommand.HealthAck("e1"))
                        .getHealthAck()
                        .getId())
                .isEqualTo("e1");
        ControllerMessage request =
                AgentCommandCodec.write(new AgentCommand.LogRequest(5, "u7", 4, 1, 10, true, 65536));
        assertThat(request.getLogRequest().getCreditBytes()).isEqualTo(65536);
        assertThat(AgentCommandCodec.write(new AgentCommand.LogCredit(5, 100))
                        .getLogCredit()
                        .getBytes())
                .isEqualTo(100);
        assertThat(AgentCommandCodec.write(new AgentCommand.LogCancel(5))
                        .getLogCancel()
                        .getRequestId())
                .isEqualTo(5);
    }

    private static Register.Builder registration() {
        return Register.newBuilder()
                .setHost("h1")
                .setAgentId("life-1")
                .setBootId("boot-1")
                .setAgentVersion("1.0")
                .setAddress("10.0.0.1");
    }

    private AgentMessage read(dev.muster.proto.v1.AgentMessage.Builder wire) {
        return AgentMessageCodec.read(wire.build(), problems).orElseThrow();
    }
}
