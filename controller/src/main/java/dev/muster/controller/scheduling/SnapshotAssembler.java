package dev.muster.controller.scheduling;

import dev.muster.controller.state.JobRecord;
import dev.muster.controller.state.NodeRecord;
import dev.muster.controller.state.PlacementRecord;
import dev.muster.controller.state.PlacementRecord.HostAssignment;
import dev.muster.scheduler.cluster.ClusterSnapshot;
import dev.muster.scheduler.cluster.ClusterSpec;
import dev.muster.scheduler.cluster.Exclusion;
import dev.muster.scheduler.cluster.HostSpec;
import dev.muster.scheduler.cluster.MaintenanceWindow;
import dev.muster.scheduler.job.ResourceVector;
import dev.muster.scheduler.queue.QueueTree;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Keeps the scheduler's picture of hosts and queues in step with the records, change by change, so that a cycle finds it
 * ready. Belongs to the loop thread.
 */
public final class SnapshotAssembler {

    private final ClusterSnapshot snapshot;
    private final QueueTree queues;
    private final List<MaintenanceWindow> windows;
    private final Map<String, Optional<Exclusion>> exclusions = new HashMap<>();

    public SnapshotAssembler(ClusterSpec cluster) {
        this.snapshot = new ClusterSnapshot(cluster.levels());
        this.queues = new QueueTree(cluster.queues());
        this.windows = cluster.maintenance();
        for (HostSpec declared : cluster.hosts()) {
            snapshot.putHost(declared);
            exclude(declared.name(), Optional.of(Exclusion.LOST), Instant.MIN);
        }
    }

    public ClusterSnapshot snapshot() {
        return snapshot;
    }

    public QueueTree queues() {
        return queues;
    }

    void nodeChanged(NodeRecord node, Optional<Exclusion> exclusion, Instant now) {
        HostSpec spec = new HostSpec(node.name(), node.path(), node.capacity(), node.acceleratorType(), node.labels());
        boolean same =
                snapshot.host(node.name()).map(host -> host.spec().equals(spec)).orElse(false);
        if (!same) {
            snapshot.putHost(spec);
        }
        exclude(node.name(), exclusion, now);
    }

    private void exclude(String host, Optional<Exclusion> cause, Instant now) {
        exclusions.put(host, cause);
        HostSpec spec = snapshot.host(host).orElseThrow().spec();
        snapshot.exclude(host, cause.or(() -> maintenance(spec, now)));
    }

    private Optional<Exclusion> maintenance(HostSpec host, Instant now) {
        return windows.stream().anyMatch(window -> window.isActive(now) && window.covers(host))
                ? Optional.of(Exclusion.MAINTENANCE)
                : Optional.empty();
    }

    /** A maintenance window opens or closes. */
    void windowChanged(MaintenanceWindow window, Instant now) {
        for (String host : snapshot.hostsUnder(List.of(window))) {
            exclude(host, exclusions.getOrDefault(host, Optional.empty()), now);
        }
    }

    boolean inMaintenance(String host, Instant now) {
        return snapshot.host(host)
                .flatMap(known -> maintenance(known.spec(), now))
                .isPresent();
    }

    /** What a stored attempt holds, when the controller starts. */
    void restore(JobRecord job, PlacementRecord placement) {
        for (HostAssignment part : placement.everyHost()) {
            snapshot.restore(part.host(), perHost(job));
        }
        queues.charge(job.spec().queue(), total(job, placement.everyHost().size()));
    }

    void allocate(JobRecord job, List<String> hosts) {
        hosts.forEach(host -> snapshot.allocate(host, perHost(job)));
        queues.charge(job.spec().queue(), total(job, hosts.size()));
    }

    void release(JobRecord job, List<String> hosts) {
        hosts.forEach(host -> snapshot.release(host, perHost(job)));
        queues.refund(job.spec().queue(), total(job, hosts.size()));
    }

    private static ResourceVector perHost(JobRecord job) {
        return job.spec().gang().perHost();
    }

    private static ResourceVector total(JobRecord job, int hosts) {
        return perHost(job).times(hosts);
    }
}
