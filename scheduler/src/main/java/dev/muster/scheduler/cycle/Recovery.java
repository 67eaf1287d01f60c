package dev.muster.scheduler.cycle;

import dev.muster.scheduler.cluster.ClusterHost;
import dev.muster.scheduler.cluster.Exclusion;
import dev.muster.scheduler.job.JobKey;
import dev.muster.scheduler.job.ResourceVector;
import dev.muster.scheduler.placement.GangPlacer;
import dev.muster.scheduler.placement.GangRequest;
import dev.muster.scheduler.placement.Placement;
import dev.muster.scheduler.placement.PlacementResult;
import dev.muster.scheduler.placement.Repair;
import dev.muster.scheduler.workload.PlacedPod;
import dev.muster.scheduler.workload.RunningJob;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Makes a running gang whole again that has pods on lost hosts. */
final class Recovery {

    private final GangPlacer placer;
    private final SchedulingState state;

    Recovery(GangPlacer placer, SchedulingState state) {
        this.placer = placer;
        this.state = state;
    }

    static boolean isLost(String host, SchedulingState state) {
        Optional<ClusterHost> known = state.cluster().host(host);
        return known.isEmpty()
                || known.get().exclusion().filter(Recovery::isLoss).isPresent();
    }

    private static boolean isLoss(Exclusion cause) {
        return switch (cause) {
            case LOST, QUARANTINED -> true;
            case CORDONED, DRAINING, SUBHEALTHY, MAINTENANCE, AVOIDED -> false;
        };
    }

    /** What the gang goes on with, applied to the state; empty, and nothing changed, when there is no way. */
    Optional<Change> repair(JobKey key) {
        RunningJob run = state.workload()
                .running(key)
                .orElseThrow(() -> new IllegalArgumentException("job " + key + " does not run; it cannot be repaired"));
        List<PlacedPod> alive = new ArrayList<>();
        List<PlacedPod> lost = new ArrayList<>();
        run.pods().forEach(pod -> (isLost(pod.host(), state) ? lost : alive).add(pod));
        List<PlacedPod> spares = run.spares().stream()
                .filter(spare -> !isLost(spare.host(), state))
                .toList();
        if (lost.isEmpty()) {
            return withSpares(run, spares);
        }
        if (run.job().pinned() || !areAlike(run, lost)) {
            return Optional.empty();
        }
        lost.forEach(pod -> state.cluster().release(pod.host(), pod.request()));
        PlacementResult result = placer.repair(request(run, alive, lost, spares), state.cluster());
        lost.forEach(pod -> state.cluster().restore(pod.host(), pod.request()));
        return result.placed()
                .map(placement -> repaired(run, alive, lostPod(run, lost), placement))
                .filter(after -> isWithinQuota(run, after))
                .map(after -> {
                    state.replace(after);
                    return new Change(run, after);
                });
    }

    /** An elastic gang asks for ranks that it lacked before, too; its queue may not have room for them. */
    private boolean isWithinQuota(RunningJob before, RunningJob after) {
        ResourceVector more = after.total().minusAtMost(before.total());
        return more.isZero() || state.queues().excess(before.queue(), more).isEmpty();
    }

    /** No more pods than its queue may use, where that leaves its ranks their numbers. */
    private GangRequest allowed(RunningJob run) {
        GangRequest allowed = Growth.withinQuota(run, state);
        boolean holdsAll = run.pods().stream().allMatch(pod -> pod.rank() < allowed.ranks());
        return holdsAll ? allowed : run.job().request();
    }

    private Optional<Change> withSpares(RunningJob run, List<PlacedPod> spares) {
        if (spares.size() == run.spares().size()) {
            return Optional.empty();
        }
        RunningJob after = run.with(run.pods(), spares);
        state.replace(after);
        return Optional.of(new Change(run, after));
    }

    /** Whether the lost pods, but for a leader, can take each other's place. */
    private static boolean areAlike(RunningJob run, List<PlacedPod> lost) {
        Set<ResourceVector> requests = new LinkedHashSet<>();
        boolean leads = run.job().request().leader().isPresent();
        lost.stream().filter(pod -> !leads || pod.rank() != 0).forEach(pod -> requests.add(pod.request()));
        return requests.size() <= 1;
    }

    /** What each lost pod took, but for a leader. */
    private static ResourceVector lostPod(RunningJob run, List<PlacedPod> lost) {
        boolean leads = run.job().request().leader().isPresent();
        return lost.stream()
                .filter(pod -> !leads || pod.rank() != 0)
                .map(PlacedPod::request)
                .findFirst()
                .orElse(run.job().request().perPod());
    }

    private Repair request(RunningJob run, List<PlacedPod> alive, List<PlacedPod> lost, List<PlacedPod> spares) {
        GangRequest request = allowed(run);
        SortedMap<Integer, String> survivors = new TreeMap<>();
        alive.forEach(pod -> survivors.put(pod.rank(), pod.host()));
        GangRequest optional = request.withSpares(request.spares(), true).withPerPod(lostPod(run, lost));
        return new Repair(
                optional, survivors, spares.stream().map(PlacedPod::host).toList());
    }

    private static RunningJob repaired(
            RunningJob run, List<PlacedPod> alive, ResourceVector lost, Placement placement) {
        SortedMap<Integer, PlacedPod> known = new TreeMap<>();
        alive.forEach(pod -> known.put(pod.rank(), pod));
        List<PlacedPod> pods = new ArrayList<>();
        for (PlacedPod pod : Application.pods(run.job().request(), placement)) {
            PlacedPod before = known.get(pod.rank());
            boolean stays = before != null && before.host().equals(pod.host());
            boolean leads = pod.rank() == 0 && run.job().request().leader().isPresent();
            pods.add(stays ? before : leads ? pod : new PlacedPod(pod.rank(), pod.host(), lost));
        }
        return run.with(pods, Application.spares(run.job().request(), placement));
    }
}
