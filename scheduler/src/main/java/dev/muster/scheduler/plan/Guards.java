package dev.muster.scheduler.plan;

import dev.muster.scheduler.cluster.ClusterHost;
import dev.muster.scheduler.cluster.MaintenanceWindow;
import dev.muster.scheduler.cluster.RoomCounts;
import dev.muster.scheduler.job.ResourceVector;
import dev.muster.scheduler.placement.Placement;
import dev.muster.scheduler.workload.PlacedPod;
import dev.muster.scheduler.workload.RunningJob;
import dev.muster.scheduler.workload.WaitingJob;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a job that starts now must leave alone: hosts on which others are planned before it ends, as far as these need what is free
 * there now, and hosts that go into maintenance before it ends.
 *
 * <p>Complexity: a check costs the hosts of the placement, a closing those of the plans and windows that come before the job's end.
 */
public final class Guards {

    private final Timetable timetable;
    private final Map<Reservation, Map<String, ResourceVector>> kept = new LinkedHashMap<>();

    public Guards(Timetable timetable) {
        this.timetable = timetable;
        for (Reservation plan : timetable.reservations()) {
            kept.put(plan, keptFree(plan));
        }
    }

    public List<Reservation> reservations() {
        return timetable.reservations();
    }

    /** Whether there is nothing to leave alone. */
    public boolean isEmpty() {
        return kept.isEmpty() && timetable.windows().isEmpty();
    }

    /** By host: what a plan needs of what is free now, because not enough is released before it starts. */
    private Map<String, ResourceVector> keptFree(Reservation plan) {
        Map<String, ResourceVector> fromNow = new LinkedHashMap<>();
        plan.needs().forEach((host, need) -> {
            ResourceVector released = released(host, plan.startAt());
            ResourceVector left = need.minusAtMost(released);
            if (!left.isZero()) {
                fromNow.put(host, left);
            }
        });
        return fromNow;
    }

    private ResourceVector released(String host, Instant until) {
        ResourceVector released = ResourceVector.ZERO;
        for (RunningJob run : timetable.workload().runningOn(host)) {
            if (run.endsAt().filter(end -> !end.isAfter(until)).isPresent()) {
                for (PlacedPod pod : run.held()) {
                    released = pod.host().equals(host) ? released.plus(pod.request()) : released;
                }
            }
        }
        return released;
    }

    private List<Reservation> before(Optional<Instant> end, WaitingJob job) {
        List<Reservation> plans = new ArrayList<>();
        for (Reservation plan : kept.keySet()) {
            boolean matters = end.isEmpty() || plan.startAt().isBefore(end.get());
            if (matters && !plan.job().key().equals(job.key())) {
                plans.add(plan);
            }
        }
        return plans;
    }

    private List<MaintenanceWindow> windowsBefore(Optional<Instant> end) {
        List<MaintenanceWindow> windows = new ArrayList<>();
        for (MaintenanceWindow window : timetable.windows()) {
            boolean ahead = window.to().isAfter(timetable.now());
            if (ahead && (end.isEmpty() || window.from().isBefore(end.get()))) {
                windows.add(window);
            }
        }
        return windows;
    }

    /** Whether a job that starts now on these hosts is in nobody's way. */
    public boolean allow(WaitingJob job, Placement placement) {
        Optional<Instant> end = job.endsAt(timetable.now());
        List<MaintenanceWindow> windows = windowsBefore(end);
        List<Reservation> plans = before(end, job);
        if (windows.isEmpty() && plans.isEmpty()) {
            return true;
        }
        Map<String, ResourceVector> needs = new Reservation(job, timetable.now(), placement, List.of()).needs();
        for (Map.Entry<String, ResourceVector> need : needs.entrySet()) {
            ClusterHost host = timetable.cluster().host(need.getKey()).orElseThrow();
            if (windows.stream().anyMatch(window -> window.covers(host.spec()))) {
                return false;
            }
            ResourceVector taken = need.getValue();
            boolean any = false;
            for (Reservation plan : plans) {
                ResourceVector keep = kept.getOrDefault(plan, Map.of()).get(need.getKey());
                if (keep != null) {
                    taken = taken.plus(keep);
                    any = true;
                }
            }
            if (any && !taken.fitsIn(host.free(taken))) {
                return false;
            }
        }
        return true;
    }

    /** Whether a job that runs already, by its own decision, is in nobody's way. */
    public boolean allowRunning(RunningJob run) {
        List<MaintenanceWindow> windows = windowsBefore(run.endsAt());
        List<Reservation> plans = before(run.endsAt(), run.job());
        for (PlacedPod pod : run.held()) {
            ClusterHost host = timetable.cluster().host(pod.host()).orElseThrow();
            if (windows.stream().anyMatch(window -> window.covers(host.spec()))) {
                return false;
            }
            for (Reservation plan : plans) {
                ResourceVector keep = kept.getOrDefault(plan, Map.of()).get(pod.host());
                if (keep != null && !keep.fitsIn(host.free(keep))) {
                    return false;
                }
            }
        }
        return true;
    }

    /** The room for a job that starts now without what it must leave alone; a copy. */
    public RoomCounts leftFor(WaitingJob job, RoomCounts room) {
        RoomCounts left = room.fork();
        Optional<Instant> end = job.endsAt(timetable.now());
        for (Reservation plan : before(end, job)) {
            kept.getOrDefault(plan, Map.of())
                    .forEach((name, keep) -> timetable.cluster().host(name).ifPresent(host -> left.take(host, keep)));
        }
        for (MaintenanceWindow window : windowsBefore(end)) {
            timetable.hostsUnder(window).forEach(left::close);
        }
        return left;
    }
}
