package dev.muster.controller.scheduling;

import dev.muster.controller.state.JobRecord;
import dev.muster.controller.state.PlacementRecord;
import dev.muster.controller.state.PlacementRecord.HostAssignment;
import dev.muster.scheduler.cluster.ClusterSnapshot;
import dev.muster.scheduler.placement.Placement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Turns the hosts that the scheduler chose into an attempt: who runs which ranks, and where rank 0 listens. */
final class AttemptPlanner {

    private final ClusterSnapshot snapshot;
    private final Function<String, String> addressOf;
    private final MasterPorts ports = new MasterPorts();

    AttemptPlanner(ClusterSnapshot snapshot, Function<String, String> addressOf) {
        this.snapshot = snapshot;
        this.addressOf = addressOf;
    }

    PlacementRecord plan(JobRecord job, Placement placement, Instant now) {
        int attempt = job.status().attempt() + 1;
        String masterAddress = addressOf.apply(placement.hosts().get(0));
        return new PlacementRecord(
                job.uid(),
                attempt,
                assignments(job, placement.hosts()),
                spares(placement.spares()),
                masterAddress,
                ports.take(masterAddress, job.uid(), attempt),
                now,
                Optional.empty(),
                Optional.empty(),
                "");
    }

    /** Who would run what, spares last. */
    List<HostAssignment> preview(JobRecord job, Placement placement) {
        List<HostAssignment> parts = assignments(job, placement.hosts());
        parts.addAll(spares(placement.spares()));
        return parts;
    }

    private List<HostAssignment> assignments(JobRecord job, List<String> hosts) {
        int ranksPerHost = job.spec().gang().ranksPerHost();
        List<HostAssignment> parts = new ArrayList<>(hosts.size());
        for (String host : hosts) {
            int nodeRank = parts.size();
            parts.add(new HostAssignment(host, path(host), nodeRank, nodeRank * ranksPerHost, ranksPerHost));
        }
        return parts;
    }

    private List<HostAssignment> spares(List<String> hosts) {
        return hosts.stream()
                .map(host -> new HostAssignment(host, path(host), HostAssignment.SPARE, 0, 0))
                .toList();
    }

    private List<String> path(String host) {
        return snapshot.host(host).orElseThrow().spec().path();
    }

    /** An attempt of before the controller's restart goes on with its port. */
    void resume(PlacementRecord placement) {
        ports.retake(placement.masterAddress(), placement.masterPort());
    }

    void ended(PlacementRecord placement) {
        ports.free(placement.masterAddress(), placement.masterPort());
    }
}
