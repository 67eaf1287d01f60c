package dev.muster.scheduler.cycle;

import dev.muster.scheduler.job.ResourceVector;
import dev.muster.scheduler.placement.GangPlacer;
import dev.muster.scheduler.placement.GangRequest;
import dev.muster.scheduler.placement.Placement;
import dev.muster.scheduler.placement.Repair;
import dev.muster.scheduler.workload.RunningJob;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Gives elastic gangs back the pods that they lack, where room is left over and nobody is planned there. */
final class Growth {

    /** Each costs a placement; who is not reached gets its turn when these have grown. */
    private static final int MOST_TRIED = 100;

    private final GangPlacer placer;
    private final SchedulingState state;
    private final Tryout tryout;

    Growth(GangPlacer placer, SchedulingState state, Tryout tryout) {
        this.placer = placer;
        this.state = state;
        this.tryout = tryout;
    }

    List<Change> grow() {
        List<Change> changes = new ArrayList<>();
        List<RunningJob> shrunk =
                state.workload().shrunk().stream().limit(MOST_TRIED).toList();
        for (RunningJob run : shrunk) {
            grown(run).ifPresent(after -> {
                state.replace(after);
                changes.add(new Change(run, after));
            });
        }
        return changes;
    }

    /** The gang with what it could have now; empty when that is no more than it has. The state is as before. */
    Optional<RunningJob> grown(RunningJob run) {
        GangRequest allowed = withinQuota(run, state);
        if (allowed.ranks() <= run.pods().size() || run.job().pinned()) {
            return Optional.empty();
        }
        SortedMap<Integer, String> survivors = new TreeMap<>();
        run.pods().forEach(pod -> survivors.put(pod.rank(), pod.host()));
        if (survivors.lastKey() >= allowed.ranks()) {
            return Optional.empty();
        }
        Repair repair = new Repair(allowed.withSpares(0, true), survivors, List.of());
        Optional<Placement> placement = placer.repair(repair, state.cluster()).placed();
        return placement
                .filter(found -> found.hosts().size() > run.pods().size())
                .map(found -> run.with(Application.pods(run.job().request(), found), run.spares()))
                .filter(after -> isInNobodysWay(run, after));
    }

    private boolean isInNobodysWay(RunningJob before, RunningJob after) {
        state.replace(after);
        boolean allowed = !tryout.isInTheWay(after);
        state.replace(before);
        return allowed;
    }

    /** What a gang that runs may have: no more pods than its queue may use. */
    static GangRequest withinQuota(RunningJob run, SchedulingState state) {
        GangRequest request = run.job().request();
        int has = run.pods().size() - (request.leader().isPresent() ? 1 : 0);
        int pods = request.pods();
        int least = Math.max(request.minPods(), has);
        while (pods > least) {
            ResourceVector more = request.perPod().times((long) pods - has);
            if (state.queues().excess(run.queue(), more).isEmpty()) {
                break;
            }
            pods -= request.granule();
        }
        return request.withPods(Math.max(pods, least), Math.min(request.minPods(), Math.max(pods, least)));
    }
}
