package dev.muster.controller.scheduling;

import dev.muster.controller.state.JobRecord;
import dev.muster.controller.state.NodeRecord;
import dev.muster.scheduler.cluster.ClusterHost;
import dev.muster.scheduler.cluster.ClusterSnapshot;
import dev.muster.scheduler.cluster.ClusterSpec;
import dev.muster.scheduler.cluster.Exclusion;
import dev.muster.scheduler.cluster.HostSpec;
import dev.muster.scheduler.cluster.MaintenanceWindow;
import dev.muster.scheduler.cycle.CyclePolicy;
import dev.muster.scheduler.cycle.SchedulingState;
import dev.muster.scheduler.queue.QueueTree;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Keeps the scheduler's picture of hosts and queues in step with the records, change by change, so that a cycle finds it
 * ready. Belongs to the loop thread.
 */
public final class SnapshotAssembler {

    private final SchedulingState state;
    private final CyclePolicy policy;
    private final Map<String, Optional<Exclusion>> exclusions = new HashMap<>();

    private final GoneQueues gone;

    public SnapshotAssembler(ClusterSpec cluster) {
        this(cluster, List.of());
    }

    /** @param jobs what is taken up: their queues are there even where the cluster declares them no more */
    public SnapshotAssembler(ClusterSpec cluster, Collection<JobRecord> jobs) {
        this.gone = new GoneQueues(cluster.queues(), jobs);
        this.policy = CyclePolicy.of(cluster.policy()).withoutChangesOfRunningGangs();
        this.state = SchedulingState.of(
                new ClusterSnapshot(cluster.levels()),
                new QueueTree(gone.besides(cluster.queues()), cluster.policy().halfLife()),
                cluster.maintenance(),
                policy.order());
        for (HostSpec declared : cluster.hosts()) {
            snapshot().putHost(declared);
            exclude(declared.name(), Optional.of(Exclusion.LOST), Instant.MIN);
        }
    }

    SchedulingState state() {
        return state;
    }

    GoneQueues gone() {
        return gone;
    }

    CyclePolicy policy() {
        return policy;
    }

    public ClusterSnapshot snapshot() {
        return state.cluster();
    }

    public QueueTree queues() {
        return state.queues();
    }

    void nodeChanged(NodeRecord node, Optional<Exclusion> exclusion, Instant now) {
        HostSpec spec = new HostSpec(node.name(), node.path(), node.capacity(), node.acceleratorType(), node.labels());
        boolean same = snapshot()
                .host(node.name())
                .map(host -> host.spec().equals(spec))
                .orElse(false);
        if (!same) {
            snapshot().putHost(spec);
        }
        exclude(node.name(), exclusion, now);
    }

    /** Takes a host out of the picture; not while anything is in use or booked there. */
    boolean nodeRemoved(String name) {
        if (snapshot().host(name).filter(ClusterHost::isInUse).isPresent()) {
            return false;
        }
        exclusions.remove(name);
        if (snapshot().host(name).isPresent()) {
            snapshot().removeHost(name);
        }
        return true;
    }

    private void exclude(String host, Optional<Exclusion> cause, Instant now) {
        exclusions.put(host, cause);
        HostSpec spec = snapshot().host(host).orElseThrow().spec();
        snapshot().exclude(host, cause.or(() -> maintenance(spec, now)));
    }

    private Optional<Exclusion> maintenance(HostSpec host, Instant now) {
        return windows().stream().anyMatch(window -> window.isActive(now) && window.covers(host))
                ? Optional.of(Exclusion.MAINTENANCE)
                : Optional.empty();
    }

    private List<MaintenanceWindow> windows() {
        return state.windows();
    }

    /** A maintenance window opens or closes. */
    void windowChanged(MaintenanceWindow window, Instant now) {
        for (String host : snapshot().hostsUnder(List.of(window))) {
            exclude(host, exclusions.getOrDefault(host, Optional.empty()), now);
        }
    }

    boolean inMaintenance(String host, Instant now) {
        return snapshot()
                .host(host)
                .flatMap(known -> maintenance(known.spec(), now))
                .isPresent();
    }
}
