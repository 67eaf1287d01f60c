package dev.muster.scheduler.cycle;

import dev.muster.scheduler.cluster.GangShape;
import dev.muster.scheduler.cluster.RoomCounts;
import dev.muster.scheduler.job.ResourceVector;
import dev.muster.scheduler.placement.GangPlacer;
import dev.muster.scheduler.placement.GangRequest;
import dev.muster.scheduler.placement.Placement;
import dev.muster.scheduler.queue.QueueTrial;
import dev.muster.scheduler.workload.PlacedPod;
import dev.muster.scheduler.workload.RunningJob;
import dev.muster.scheduler.workload.WaitingJob;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;

/**
 * The room and the queues of a cluster from which some gangs are taken away, to be filled anew on paper. What had no room once has none
 * later: room only shrinks.
 *
 * <p>Complexity: a change costs the pods of its gang for each different shape that was asked about.
 */
final class EmptiedRoom {

    /** What decides which counters a request needs. */
    private record Kind(GangShape shape, SortedSet<String> avoidHosts) {}

    private final GangPlacer placer;
    private final SchedulingState state;
    private final Admission admission;
    private final List<RunningJob> gone;
    private final QueueTrial queues;
    private final List<PlacedPod> taken = new ArrayList<>();
    private final Map<Kind, RoomCounts> rooms = new LinkedHashMap<>();
    private final Set<GangRequest> withoutRoom = new LinkedHashSet<>();

    EmptiedRoom(GangPlacer placer, SchedulingState state, Admission admission, List<RunningJob> gone) {
        this.placer = placer;
        this.state = state;
        this.admission = admission;
        this.gone = gone;
        this.queues = state.queues().trial();
        gone.forEach(run -> queues.refund(run.queue(), run.total()));
    }

    /** Where a job goes in the room that is left; empty when it does not fit or may not start. */
    Optional<Placement> place(WaitingJob job) {
        GangRequest request = job.request();
        boolean refused = withoutRoom.contains(request)
                || admission.lasting(job).isPresent()
                || queues.excess(job.queue(), request.leastTotal()).isPresent();
        if (refused) {
            return Optional.empty();
        }
        Optional<Placement> placement = placer.placeIn(request, state.cluster(), room(request));
        if (placement.isEmpty()) {
            withoutRoom.add(request);
        }
        return placement;
    }

    /** Whether a gang can go on where it runs. Nobody else can have taken its place on a host that takes no new work. */
    boolean isFreeFor(RunningJob run) {
        Map<String, ResourceVector> needs = new LinkedHashMap<>();
        run.held().forEach(pod -> needs.merge(pod.host(), pod.request(), ResourceVector::plus));
        RoomCounts room = room(run.job().request());
        return needs.entrySet().stream()
                .allMatch(need -> state.cluster()
                        .host(need.getKey())
                        .filter(host -> host.exclusion().isPresent() || room.hasRoomFor(host, need.getValue()))
                        .isPresent());
    }

    /** A gang has this of the room now. */
    void take(RunningJob run) {
        queues.charge(run.queue(), run.total());
        for (PlacedPod pod : run.held()) {
            taken.add(pod);
            rooms.values().forEach(room -> take(room, pod));
        }
    }

    private RoomCounts room(GangRequest request) {
        RoomCounts counts = placer.counts(request, state.cluster());
        return rooms.computeIfAbsent(new Kind(counts.shape(), request.avoidHosts()), kind -> {
            RoomCounts room = counts.fork();
            for (RunningJob run : gone) {
                for (PlacedPod pod : run.held()) {
                    state.cluster().host(pod.host()).ifPresent(host -> room.release(host, pod.request()));
                }
            }
            taken.forEach(pod -> take(room, pod));
            return room;
        });
    }

    private void take(RoomCounts room, PlacedPod pod) {
        state.cluster().host(pod.host()).ifPresent(host -> room.take(host, pod.request()));
    }
}
