package dev.muster.scheduler.plan;

import dev.muster.scheduler.job.JobKey;
import dev.muster.scheduler.job.ResourceVector;
import dev.muster.scheduler.placement.GangRequest;
import dev.muster.scheduler.placement.Placement;
import dev.muster.scheduler.workload.WaitingJob;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The planned start of a job that waits: the earliest moment at which it fits, and the hosts on which it fits then.
 *
 * @param startAt by the walltimes of what runs
 * @param placement where it will fit at that moment
 * @param waitsFor running jobs on those hosts that end before, the first to end first; at most a few
 */
public record Reservation(WaitingJob job, Instant startAt, Placement placement, List<JobKey> waitsFor) {

    public Reservation {
        waitsFor = List.copyOf(waitsFor);
    }

    /** When it will have ended; empty: never. */
    public Optional<Instant> endsAt() {
        return job.endsAt(startAt);
    }

    /** What it needs of each host. */
    public Map<String, ResourceVector> needs() {
        Map<String, ResourceVector> needs = new LinkedHashMap<>();
        GangRequest request = job.request();
        for (int index = 0; index < placement.hosts().size(); index++) {
            ResourceVector pod = Placement.requestOf(request, placement.ranks().get(index));
            needs.merge(placement.hosts().get(index), pod, ResourceVector::plus);
        }
        placement.spares().forEach(host -> needs.merge(host, request.perPod(), ResourceVector::plus));
        return Collections.unmodifiableMap(needs);
    }
}
