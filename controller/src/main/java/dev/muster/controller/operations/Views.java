package dev.muster.controller.operations;

import dev.muster.controller.session.AgentMessage.DeviceReading;
import dev.muster.controller.state.JobEvent;
import dev.muster.controller.state.NodeRecord;
import dev.muster.controller.state.PlacementRecord;
import dev.muster.controller.state.PlacementRecord.HostAssignment;
import dev.muster.controller.workload.RankStatus;
import dev.muster.scheduler.explain.Explanation;
import dev.muster.scheduler.job.JobKey;
import dev.muster.scheduler.job.ResourceVector;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;

/** Answers of the operations: plain values, complete in themselves. */
public final class Views {

    private Views() {}

    public record JobPage(List<JobView> jobs, String nextPageToken) {}

    /** Attempts oldest first; the ranks are those of the present attempt, by host. */
    public record JobDetail(JobView job, List<PlacementRecord> attempts, List<HostRanks> ranks) {}

    public record HostRanks(String host, List<RankStatus> ranks) {}

    /** Either a placement or the reason for waiting. */
    public record DryRun(List<HostAssignment> placement, Optional<Explanation> waiting, List<JobKey> preempts) {
        public boolean wouldStart() {
            return waiting.isEmpty();
        }
    }

    public record Events(List<JobEvent> events, long dropped) {}

    /**
     * Buckets in the ledger's order; they add up to the allocated time exactly.
     *
     * @param sufferedAcceleratorMillis the part of the buckets lost to preemptions that failures of other jobs caused
     * @param causedAcceleratorMillis what other jobs lost that way to failures here
     */
    public record Goodput(
            String scope,
            SortedMap<String, Long> bucketAcceleratorMillis,
            List<String> bucketOrder,
            long allocatedAcceleratorMillis,
            long queuedMillis,
            long queuedAcceleratorMillis,
            double ettr,
            OptionalDouble lastHourEttr,
            long sufferedAcceleratorMillis,
            long causedAcceleratorMillis) {}

    /** The most serious condition of a host. */
    public enum NodeState {
        READY,
        UNKNOWN,
        LOST,
        QUARANTINED,
        DRAINING,
        CORDONED,
        SUBHEALTHY,
        MAINTENANCE
    }

    public record NodeView(
            NodeRecord record,
            NodeState state,
            String reason,
            ResourceVector used,
            int acceleratorsHealthy,
            List<JobKey> jobs,
            Optional<Instant> lastHeard,
            Optional<Instant> stateSince,
            List<DeviceReading> readings) {}

    public record NodePage(List<NodeView> nodes, String nextPageToken) {}

    public record QueueView(
            String name,
            String parent,
            ResourceVector guaranteed,
            Optional<ResourceVector> max,
            double weight,
            ResourceVector used,
            ResourceVector borrowed,
            double fairShare,
            int running,
            int pending,
            long oldestWaitMillis) {}

    /** A domain with what is below it; a host has no domains and says its state and jobs. */
    public record DomainView(
            String name,
            String level,
            int hosts,
            int hostsReady,
            long accelerators,
            long acceleratorsUsed,
            List<DomainView> domains,
            Optional<NodeState> state,
            List<JobKey> jobs) {}

    public record Topology(List<String> levels, DomainView root, boolean truncated) {}

    public record Cluster(
            String version,
            Instant startedAt,
            int hosts,
            int hostsReady,
            long accelerators,
            long acceleratorsUsed,
            Map<String, Long> jobsByState,
            long revision,
            boolean settling) {}
}
