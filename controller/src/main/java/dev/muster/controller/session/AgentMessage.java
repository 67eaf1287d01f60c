package dev.muster.controller.session;

import dev.muster.controller.state.HealthEvent;
import dev.muster.controller.state.NodeRecord.Device;
import dev.muster.controller.state.Progress;
import dev.muster.controller.workload.RankStatus;
import dev.muster.controller.workload.RunPhase;
import dev.muster.scheduler.job.ResourceVector;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/** What an agent says. */
public sealed interface AgentMessage {

    /**
     * The first message of each stream.
     *
     * @param agentId new in every life of the agent process
     * @param path empty: the cluster file's
     * @param runs everything this agent holds
     */
    record Registration(
            String host,
            String agentId,
            String bootId,
            String agentVersion,
            String address,
            List<String> path,
            ResourceVector capacity,
            Optional<String> acceleratorType,
            List<Device> devices,
            List<RunReport> runs,
            SortedMap<String, String> labels)
            implements AgentMessage {}

    record Heartbeat(long sequence) implements AgentMessage {}

    /** The state of one run on this host, whole. */
    record RunReport(String jobUid, long epoch, RunPhase phase, List<RankStatus> ranks, String message)
            implements AgentMessage {}

    record ProgressReport(String jobUid, long epoch, Progress progress) implements AgentMessage {}

    /** How far a pod's training has come, from the agent of its node: it knows the pod's uid and nothing of jobs. */
    record PodProgress(String podUid, Progress progress) implements AgentMessage {}

    record HealthReport(HealthEvent event) implements AgentMessage {}

    record Readings(List<DeviceReading> readings) implements AgentMessage {}

    record LogChunk(long requestId, byte[] data, boolean end, String notice) implements AgentMessage {}

    /** The latest reading of a device; {@code utilizationRatio} is 0 to 1. */
    record DeviceReading(
            int index,
            boolean present,
            double temperatureCelsius,
            double powerWatts,
            double utilizationRatio,
            long memoryUsedBytes,
            long eccUncorrectedTotal,
            long readAtMillis) {}
}
