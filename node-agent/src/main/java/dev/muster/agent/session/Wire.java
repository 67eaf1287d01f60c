package dev.muster.agent.session;

import com.google.protobuf.ByteString;
import dev.muster.agent.device.Device;
import dev.muster.agent.device.DeviceReading;
import dev.muster.agent.health.HealthEvent;
import dev.muster.agent.health.HealthSeverity;
import dev.muster.agent.task.Progress;
import dev.muster.agent.task.RankState;
import dev.muster.agent.task.RankStatus;
import dev.muster.agent.task.RunKey;
import dev.muster.agent.task.RunPhase;
import dev.muster.agent.task.RunSpec;
import dev.muster.agent.task.RunStatus;
import dev.muster.agent.task.StopOrder;
import dev.muster.proto.v1.AgentMessage;
import dev.muster.proto.v1.DeviceReadings;
import dev.muster.proto.v1.Heartbeat;
import dev.muster.proto.v1.LogChunk;
import dev.muster.proto.v1.PodProgress;
import dev.muster.proto.v1.ProgressReport;
import dev.muster.proto.v1.Register;
import dev.muster.proto.v1.Resources;
import dev.muster.proto.v1.RunReport;
import dev.muster.proto.v1.StartRun;
import dev.muster.proto.v1.StopRun;
import java.time.Duration;
import java.util.List;

/** Between the agent's values and the messages of the wire. */
final class Wire {
    private Wire() {}

    static AgentMessage register(Registration registration, List<RunStatus> runs) {
        Register.Builder register = Register.newBuilder()
                .setHost(registration.host())
                .setAgentId(registration.agentId())
                .setBootId(registration.bootId())
                .setAgentVersion(registration.agentVersion())
                .setAddress(registration.address())
                .addAllPath(registration.path())
                .setCapacity(capacity(registration))
                .setAcceleratorType(registration.acceleratorType())
                .putAllLabels(registration.labels());
        registration.devices().forEach(device -> register.addDevices(device(device)));
        runs.forEach(status -> register.addRuns(report(status)));
        return AgentMessage.newBuilder().setRegister(register).build();
    }

    /** Nothing is ever placed on a host that offers nothing, whichever controller an observer comes to. */
    private static Resources capacity(Registration registration) {
        return registration.observes()
                ? Resources.getDefaultInstance()
                : Resources.newBuilder()
                        .setAccelerators(registration.devices().size())
                        .setCpuMillis(registration.cpuMillis())
                        .setMemoryBytes(registration.memoryBytes())
                        .build();
    }

    static AgentMessage heartbeat(long sequence) {
        return AgentMessage.newBuilder()
                .setHeartbeat(Heartbeat.newBuilder().setSequence(sequence))
                .build();
    }

    static AgentMessage run(RunStatus status) {
        return AgentMessage.newBuilder().setRun(report(status)).build();
    }

    /** The answer to an order that names no possible run. */
    static AgentMessage refusal(String jobUid, long epoch, String message) {
        return AgentMessage.newBuilder()
                .setRun(RunReport.newBuilder()
                        .setJobUid(jobUid)
                        .setEpoch(epoch)
                        .setPhase(dev.muster.proto.v1.RunPhase.RUN_PHASE_ENDED)
                        .setMessage(message))
                .build();
    }

    static AgentMessage progress(RunKey key, Progress progress) {
        return AgentMessage.newBuilder()
                .setProgress(ProgressReport.newBuilder()
                        .setJobUid(key.jobUid())
                        .setEpoch(key.epoch())
                        .setProgress(message(progress)))
                .build();
    }

    static AgentMessage podProgress(String podUid, Progress progress) {
        return AgentMessage.newBuilder()
                .setPodProgress(PodProgress.newBuilder().setPodUid(podUid).setProgress(message(progress)))
                .build();
    }

    private static dev.muster.proto.v1.Progress message(Progress progress) {
        dev.muster.proto.v1.Progress.Builder message = dev.muster.proto.v1.Progress.newBuilder()
                .setStep(progress.step())
                .setCheckpoint(progress.checkpoint())
                .setReportedAtMillis(progress.reportedAtMillis())
                .setCheckpointSeconds(progress.checkpointSeconds())
                .setTotalSteps(progress.totalSteps());
        progress.loss().ifPresent(message::setLoss);
        return message.build();
    }

    static AgentMessage health(HealthEvent event) {
        return AgentMessage.newBuilder()
                .setHealth(dev.muster.proto.v1.HealthEvent.newBuilder()
                        .setId(event.id())
                        .setAtMillis(event.atMillis())
                        .setCheck(event.check())
                        .setCode(event.code())
                        .setDeviceIndex(event.deviceIndex())
                        .setDeviceId(event.deviceId())
                        .setSeverity(severity(event.severity()))
                        .setMessage(event.message())
                        .setEvidence(event.evidence()))
                .build();
    }

    static AgentMessage readings(List<DeviceReading> readings) {
        DeviceReadings.Builder message = DeviceReadings.newBuilder();
        for (DeviceReading reading : readings) {
            message.addReadings(dev.muster.proto.v1.DeviceReading.newBuilder()
                    .setIndex(reading.index())
                    .setPresent(reading.present())
                    .setTemperatureCelsius(reading.temperatureCelsius())
                    .setPowerWatts(reading.powerWatts())
                    .setUtilizationRatio(reading.utilizationRatio())
                    .setMemoryUsedBytes(reading.memoryUsedBytes())
                    .setEccUncorrectedTotal(reading.eccUncorrectedTotal())
                    .setReadAtMillis(reading.readAtMillis()));
        }
        return AgentMessage.newBuilder().setReadings(message).build();
    }

    static AgentMessage log(long requestId, ByteString data, boolean end, String notice) {
        return AgentMessage.newBuilder()
                .setLog(LogChunk.newBuilder()
                        .setRequestId(requestId)
                        .setData(data)
                        .setEnd(end)
                        .setNotice(notice))
                .build();
    }

    static RunSpec spec(StartRun start, String ownAddress) {
        return new RunSpec(
                new RunKey(start.getJobUid(), start.getEpoch()),
                start.getNamespace(),
                start.getName(),
                start.getAttempt(),
                start.getNodeRank(),
                start.getNodes(),
                start.getFirstRank(),
                start.getRanks(),
                start.getWorldSize(),
                start.getAccelerators(),
                start.getMasterAddress().isEmpty() ? ownAddress : start.getMasterAddress(),
                start.getMasterPort(),
                start.getTopology(),
                start.getTemplate().getCommandList(),
                start.getTemplate().getWorkingDirectory(),
                start.getTemplate().getEnvMap(),
                start.getCheckpointDirectory(),
                start.getIsolationTimeoutMillis());
    }

    static StopOrder order(StopRun stop) {
        return new StopOrder(
                new RunKey(stop.getJobUid(), stop.getEpoch()),
                stop.getReason(),
                stop.getCheckpointSignal(),
                Duration.ofMillis(Math.max(0, stop.getCheckpointGraceMillis())),
                Duration.ofMillis(Math.max(0, stop.getTermGraceMillis())));
    }

    private static RunReport report(RunStatus status) {
        RunReport.Builder report = RunReport.newBuilder()
                .setJobUid(status.key().jobUid())
                .setEpoch(status.key().epoch())
                .setPhase(phase(status.phase()))
                .setMessage(status.message());
        for (RankStatus rank : status.ranks()) {
            report.addRanks(dev.muster.proto.v1.RankStatus.newBuilder()
                    .setRank(rank.rank())
                    .setState(state(rank.state()))
                    .setExitCode(rank.exitCode())
                    .setMessage(rank.message())
                    .setStartedAtMillis(rank.startedAtMillis())
                    .setEndedAtMillis(rank.endedAtMillis())
                    .addAllDevices(rank.devices()));
        }
        return report.build();
    }

    private static dev.muster.proto.v1.Device device(Device device) {
        return dev.muster.proto.v1.Device.newBuilder()
                .setIndex(device.index())
                .setId(device.id())
                .setVendor(device.vendor().label())
                .setType(device.type())
                .setMemoryBytes(device.memoryBytes())
                .setBusId(device.busId())
                .build();
    }

    private static dev.muster.proto.v1.RunPhase phase(RunPhase phase) {
        return switch (phase) {
            case STARTING -> dev.muster.proto.v1.RunPhase.RUN_PHASE_STARTING;
            case RUNNING -> dev.muster.proto.v1.RunPhase.RUN_PHASE_RUNNING;
            case STOPPING -> dev.muster.proto.v1.RunPhase.RUN_PHASE_STOPPING;
            case ENDED -> dev.muster.proto.v1.RunPhase.RUN_PHASE_ENDED;
        };
    }

    private static dev.muster.proto.v1.RankState state(RankState state) {
        return switch (state) {
            case STARTING -> dev.muster.proto.v1.RankState.RANK_STATE_STARTING;
            case RUNNING -> dev.muster.proto.v1.RankState.RANK_STATE_RUNNING;
            case SUCCEEDED -> dev.muster.proto.v1.RankState.RANK_STATE_SUCCEEDED;
            case FAILED -> dev.muster.proto.v1.RankState.RANK_STATE_FAILED;
            case STOPPED -> dev.muster.proto.v1.RankState.RANK_STATE_STOPPED;
        };
    }

    private static dev.muster.proto.v1.HealthSeverity severity(HealthSeverity severity) {
        return switch (severity) {
            case INFO -> dev.muster.proto.v1.HealthSeverity.HEALTH_SEVERITY_INFO;
            case JOB -> dev.muster.proto.v1.HealthSeverity.HEALTH_SEVERITY_JOB;
            case SUBHEALTHY -> dev.muster.proto.v1.HealthSeverity.HEALTH_SEVERITY_SUBHEALTHY;
            case FATAL -> dev.muster.proto.v1.HealthSeverity.HEALTH_SEVERITY_FATAL;
        };
    }
}
