package dev.muster.scheduler.cycle;

import dev.muster.scheduler.cluster.MaintenanceWindow;
import dev.muster.scheduler.cluster.RoomCounts;
import dev.muster.scheduler.cycle.Verdict.Blocked;
import dev.muster.scheduler.cycle.Verdict.Startable;
import dev.muster.scheduler.explain.ReasonCode;
import dev.muster.scheduler.explain.Rejection;
import dev.muster.scheduler.placement.GangPlacer;
import dev.muster.scheduler.placement.GangRequest;
import dev.muster.scheduler.placement.Placement;
import dev.muster.scheduler.plan.Guards;
import dev.muster.scheduler.plan.Reservation;
import dev.muster.scheduler.plan.Timetable;
import dev.muster.scheduler.workload.RunningJob;
import dev.muster.scheduler.workload.WaitingJob;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Tries whether a job can start in the room that is free, and leaves alone what is planned for others. Remembers which requests have no
 * room: while jobs only start, what was refused once is refused without a search.
 */
final class Tryout {

    private final GangPlacer placer;
    private final SchedulingState state;
    private final Admission admission;
    private final Instant now;
    private final Set<GangRequest> withoutRoom = new LinkedHashSet<>();
    private final List<Reservation> reservations = new ArrayList<>();
    private Guards guards;

    Tryout(GangPlacer placer, SchedulingState state, List<Reservation> reservations, Instant now) {
        this.placer = placer;
        this.state = state;
        this.admission = new Admission(placer, state);
        this.now = now;
        this.reservations.addAll(reservations);
        this.guards = new Guards(timetable());
    }

    Admission admission() {
        return admission;
    }

    List<Reservation> reservations() {
        return reservations;
    }

    Timetable timetable() {
        return new Timetable(state.cluster(), state.queues(), state.workload(), state.windows(), reservations, now);
    }

    void plan(Reservation reservation) {
        reservations.add(reservation);
        guards = new Guards(timetable());
    }

    /** Something has been freed: what had no room may have some now. */
    void roomCameBack() {
        withoutRoom.clear();
        guards = new Guards(timetable());
    }

    Verdict attempt(WaitingJob job) {
        Optional<Rejection> refusal = admission.refusal(job);
        if (refusal.isPresent()) {
            return Blocked.of(refusal.get());
        }
        GangRequest request = admission.withinQuota(job);
        if (withoutRoom.contains(request)) {
            return Blocked.of(ReasonCode.CAPACITY);
        }
        RoomCounts room = placer.counts(request, state.cluster());
        Optional<Placement> placement = placer.placeIn(request, state.cluster(), room);
        if (placement.isEmpty()) {
            withoutRoom.add(request);
            return Blocked.of(ReasonCode.CAPACITY);
        }
        WaitingJob asked = job.with(request);
        if (!guards.isEmpty() && !guards.allow(asked, placement.get())) {
            placement = placer.placeIn(request, state.cluster(), guards.leftFor(job, room));
            if (placement.isEmpty()) {
                return Blocked.of(ReasonCode.RESERVED);
            }
        }
        return new Startable(start(job, placement.get()));
    }

    /** The time until the first planned start or window of those that are known; empty when there is none. */
    Optional<Duration> timeBeforePlans() {
        Stream<Instant> starts = reservations.stream().map(Reservation::startAt);
        Stream<Instant> windows = state.windows().stream().map(MaintenanceWindow::from);
        return Stream.concat(starts, windows)
                .filter(moment -> moment.isAfter(now))
                .min(Comparator.naturalOrder())
                .map(moment -> Duration.between(now, moment));
    }

    private Start start(WaitingJob job, Placement placement) {
        return new Start(job, Application.running(job, placement, now), placement, List.of(), List.of());
    }

    /** Whether a job that others gave way for, or that has grown, is in the way of a planned one. */
    boolean isInTheWay(RunningJob run) {
        return !new Guards(timetable()).allowRunning(run);
    }
}
