package dev.muster.controller.scheduling;

import dev.muster.controller.state.JobRecord;
import dev.muster.controller.state.PlacementRecord;
import dev.muster.controller.state.PlacementRecord.HostAssignment;
import dev.muster.scheduler.cycle.SchedulingState;
import dev.muster.scheduler.job.ResourceVector;
import dev.muster.scheduler.placement.GangPlacer;
import dev.muster.scheduler.placement.GangRequest;
import dev.muster.scheduler.placement.Placement;
import dev.muster.scheduler.placement.PlacementResult;
import dev.muster.scheduler.placement.Repair;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;

/** Hosts for the next attempt of a gang that has stopped: those it still has, its spares, then others; within its queue's maximum. */
final class GangRepairs {

    private final SchedulingState state;
    private final GangPlacer placer;

    GangRepairs(SchedulingState state, GangPlacer placer) {
        this.state = state;
        this.placer = placer;
    }

    /** What the job would go on with; empty when its gang cannot be made whole, or be large enough, without these hosts. */
    Optional<Placement> of(JobRecord job, PlacementRecord last, SortedSet<String> avoid) {
        ResourceVector perHost = job.spec().gang().perHost();
        SortedMap<Integer, String> survivors = new TreeMap<>();
        for (HostAssignment part : last.hosts()) {
            if (isUsable(part, perHost, avoid)) {
                survivors.put(part.nodeRank(), part.host());
            }
        }
        List<String> spares = last.spares().stream()
                .filter(part -> isUsable(part, perHost, avoid))
                .map(HostAssignment::host)
                .toList();
        return withinQuota(job, allowed(job, last).avoiding(avoid), survivors, spares);
    }

    /** An elastic gang may have fewer hosts than its queue allows it now; never less than it had. */
    private GangRequest allowed(JobRecord job, PlacementRecord last) {
        GangRequest request = GangRequest.of(job.spec());
        int least = Math.min(
                request.pods(), Math.max(request.minPods(), last.hosts().size()));
        int pods = request.pods();
        while (pods > least
                && state.queues()
                        .excess(job.spec().queue(), request.perPod().times(pods))
                        .isPresent()) {
            pods -= request.granule();
        }
        return request.withPods(Math.max(pods, least), request.minPods());
    }

    /** With as many spares as its queue may still use: others of the queue may have what a lost spare gave back. */
    private Optional<Placement> withinQuota(
            JobRecord job, GangRequest request, SortedMap<Integer, String> survivors, List<String> spares) {
        int count = job.spec().gang().spares();
        while (count >= 0) {
            Optional<Placement> next = around(request.withSpares(count, true), survivors, spares);
            // Spares are taken only where they fit, so a gang that finds no room finds none with fewer of them.
            if (next.isEmpty() || isWithinQuota(job, next.get().held().size())) {
                return next;
            }
            count = Math.min(count, next.get().spares().size()) - 1;
        }
        return Optional.empty();
    }

    private boolean isWithinQuota(JobRecord job, int hosts) {
        ResourceVector wanted = job.spec().gang().perHost().times(hosts);
        return state.queues().excess(job.spec().queue(), wanted).isEmpty();
    }

    /** Survivors and spares hold their room while the scheduler is asked. */
    private Optional<Placement> around(GangRequest request, SortedMap<Integer, String> survivors, List<String> spares) {
        List<String> held = new ArrayList<>(survivors.values());
        held.addAll(spares);
        held.forEach(host -> state.cluster().restore(host, request.perPod()));
        PlacementResult result = placer.repair(new Repair(request, survivors, spares), state.cluster());
        held.forEach(host -> state.cluster().release(host, request.perPod()));
        return result.placed();
    }

    /** It is open, and has not shrunk below what it is asked for. */
    private boolean isUsable(HostAssignment part, ResourceVector perHost, Collection<String> avoid) {
        return !avoid.contains(part.host())
                && state.cluster()
                        .host(part.host())
                        .filter(known -> known.exclusion().isEmpty() && perHost.fitsIn(known.free(perHost)))
                        .isPresent();
    }
}
