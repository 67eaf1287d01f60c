package dev.muster.controller.codec;

import dev.muster.controller.session.AgentMessage;
import dev.muster.controller.session.AgentMessage.DeviceReading;
import dev.muster.controller.session.AgentMessage.HealthReport;
import dev.muster.controller.session.AgentMessage.Heartbeat;
import dev.muster.controller.session.AgentMessage.LogChunk;
import dev.muster.controller.session.AgentMessage.PodProgress;
import dev.muster.controller.session.AgentMessage.ProgressReport;
import dev.muster.controller.session.AgentMessage.Readings;
import dev.muster.controller.session.AgentMessage.Registration;
import dev.muster.controller.session.AgentMessage.RunReport;
import dev.muster.controller.workload.RankState;
import dev.muster.controller.workload.RankStatus;
import dev.muster.controller.workload.RunPhase;
import dev.muster.proto.v1.Register;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** What agents say. Texts for people are cut to size; everything that decides something must be sound. */
public final class AgentMessageCodec {

    private static final EnumMapping<RunPhase, dev.muster.proto.v1.RunPhase> PHASES =
            EnumMapping.of(RunPhase.class, dev.muster.proto.v1.RunPhase.class, "RUN_PHASE_");
    private static final EnumMapping<RankState, dev.muster.proto.v1.RankState> RANK_STATES =
            EnumMapping.of(RankState.class, dev.muster.proto.v1.RankState.class, "RANK_STATE_");

    private AgentMessageCodec() {}

    /** Empty for a kind of message that this version does not know: a newer agent may say more than we understand. */
    public static Optional<AgentMessage> read(dev.muster.proto.v1.AgentMessage wire, Problems problems) {
        return switch (wire.getMessageCase()) {
            case REGISTER -> Optional.of(readRegistration(wire.getRegister(), problems));
            case HEARTBEAT -> Optional.of(new Heartbeat(wire.getHeartbeat().getSequence()));
            case RUN -> Optional.of(readRun("run", wire.getRun(), problems));
            case PROGRESS -> Optional.of(readProgress(wire.getProgress(), problems));
            case HEALTH -> Optional.of(new HealthReport(HealthCodec.read("health", wire.getHealth(), problems)));
            case LOG -> Optional.of(readLog(wire.getLog(), problems));
            case READINGS -> Optional.of(readReadings(wire.getReadings().getReadingsList(), problems));
            case POD_PROGRESS ->
                Optional.of(new PodProgress(
                        problems.required(
                                "pod_progress.pod_uid", wire.getPodProgress().getPodUid(), Bounds.IDENTITY_LENGTH),
                        ProgressCodec.read(wire.getPodProgress().getProgress())));
            case MESSAGE_NOT_SET -> Optional.empty();
        };
    }

    private static Registration readRegistration(Register wire, Problems problems) {
        return new Registration(
                problems.host("register.host", wire.getHost()),
                problems.required("register.agent_id", wire.getAgentId(), Bounds.IDENTITY_LENGTH),
                problems.required("register.boot_id", wire.getBootId(), Bounds.IDENTITY_LENGTH),
                problems.text("register.agent_version", wire.getAgentVersion(), Bounds.NAME_LENGTH),
                problems.text("register.address", wire.getAddress(), Bounds.NAME_LENGTH),
                readPath(wire.getPathList(), problems),
                ResourceCodec.read("register.capacity", wire.getCapacity(), problems),
                problems.optionalText("register.accelerator_type", wire.getAcceleratorType(), Bounds.NAME_LENGTH),
                HealthCodec.readDevices("register.devices", wire.getDevicesList(), problems),
                readRuns(wire.getRunsList(), problems),
                readLabels(wire.getLabelsMap(), problems));
    }

    private static List<String> readPath(List<String> wire, Problems problems) {
        List<String> path = new ArrayList<>();
        if (problems.bounded("register.path", wire.size(), Bounds.PATH_DOMAINS)) {
            for (int i = 0; i < wire.size(); i++) {
                path.add(problems.domain("register.path[" + i + "]", wire.get(i)));
            }
        }
        return path;
    }

    private static SortedMap<String, String> readLabels(Map<String, String> wire, Problems problems) {
        TreeMap<String, String> labels = new TreeMap<>();
        if (problems.bounded("register.labels", wire.size(), Bounds.LABELS)) {
            wire.forEach((name, value) -> labels.put(
                    problems.required("register.labels", name, Bounds.NAME_LENGTH),
                    problems.text("register.labels." + Bounds.cut(name, 80), value, Bounds.TEXT_LENGTH)));
        }
        return labels;
    }

    private static List<RunReport> readRuns(List<dev.muster.proto.v1.RunReport> wire, Problems problems) {
        List<RunReport> runs = new ArrayList<>();
        if (problems.bounded("register.runs", wire.size(), Bounds.RUNS)) {
            for (int i = 0; i < wire.size(); i++) {
                runs.add(readRun("register.runs[" + i + "]", wire.get(i), problems));
            }
        }
        return runs;
    }

    private static RunReport readRun(String field, dev.muster.proto.v1.RunReport wire, Problems problems) {
        List<RankStatus> ranks = new ArrayList<>();
        if (problems.bounded(field + ".ranks", wire.getRanksCount(), Bounds.RANKS_PER_HOST)) {
            for (int i = 0; i < wire.getRanksCount(); i++) {
                ranks.add(readRank(field + ".ranks[" + i + "]", wire.getRanks(i), problems));
            }
        }
        return new RunReport(
                problems.required(field + ".job_uid", wire.getJobUid(), Bounds.IDENTITY_LENGTH),
                problems.notNegative(field + ".epoch", wire.getEpoch()),
                problems.known(field + ".phase", PHASES, wire.getPhase(), RunPhase.STARTING),
                ranks,
                Bounds.cut(wire.getMessage(), Bounds.TEXT_LENGTH));
    }

    private static RankStatus readRank(String field, dev.muster.proto.v1.RankStatus wire, Problems problems) {
        boolean fewDevices = problems.bounded(field + ".devices", wire.getDevicesCount(), Bounds.DEVICES);
        return new RankStatus(
                problems.notNegative(field + ".rank", wire.getRank()),
                problems.known(field + ".state", RANK_STATES, wire.getState(), RankState.STARTING),
                wire.getExitCode(),
                Bounds.cut(wire.getMessage(), Bounds.TEXT_LENGTH),
                fewDevices ? List.copyOf(wire.getDevicesList()) : List.of());
    }

    private static ProgressReport readProgress(dev.muster.proto.v1.ProgressReport wire, Problems problems) {
        return new ProgressReport(
                problems.required("progress.job_uid", wire.getJobUid(), Bounds.IDENTITY_LENGTH),
                problems.notNegative("progress.epoch", wire.getEpoch()),
                ProgressCodec.read(wire.getProgress()));
    }

    private static LogChunk readLog(dev.muster.proto.v1.LogChunk wire, Problems problems) {
        boolean small = problems.bounded("log.data", wire.getData().size(), Bounds.LOG_CHUNK_BYTES);
        return new LogChunk(
                wire.getRequestId(),
                small ? wire.getData().toByteArray() : new byte[0],
                wire.getEnd(),
                Bounds.cut(wire.getNotice(), Bounds.TEXT_LENGTH));
    }

    private static Readings readReadings(List<dev.muster.proto.v1.DeviceReading> wire, Problems problems) {
        List<DeviceReading> readings = new ArrayList<>();
        if (problems.bounded("readings", wire.size(), Bounds.DEVICES)) {
            for (int i = 0; i < wire.size(); i++) {
                readings.add(HealthCodec.read("readings[" + i + "]", wire.get(i), problems));
            }
        }
        return new Readings(readings);
    }

    static dev.muster.proto.v1.RankState write(RankState state) {
        return RANK_STATES.wire(state);
    }
}
