package dev.muster.scheduler.plan;

import dev.muster.scheduler.cluster.ClusterDomain;
import dev.muster.scheduler.cluster.ClusterHost;
import dev.muster.scheduler.cluster.Exclusion;
import dev.muster.scheduler.cluster.MaintenanceWindow;
import dev.muster.scheduler.cluster.RoomCounts;
import dev.muster.scheduler.job.JobKey;
import dev.muster.scheduler.job.ResourceVector;
import dev.muster.scheduler.placement.GangPlacer;
import dev.muster.scheduler.placement.Placement;
import dev.muster.scheduler.workload.PlacedPod;
import dev.muster.scheduler.workload.RunningJob;
import dev.muster.scheduler.workload.WaitingJob;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Finds the earliest moment at which a waiting job fits, and where.
 *
 * <p>Goals: the first moment at which its whole gang has room in one required domain, its queue may use that much, and no maintenance
 * comes before it ends.
 *
 * <p>Constraints: running jobs end at their walltimes; those without one never end. Planned jobs run from their planned start on.
 *
 * <p>Algorithm: on a private copy of the counters of its shape, what is known of the future is let happen, moment by moment. After
 * each one it is asked whether the gang fits now; domains in which nothing changed need not be asked again.
 *
 * <p>Example: hosts of 8; r1 is used until 10:00, r2 until 10:30; a gang of two hosts within one rack, each rack of two. At
 * 10:00 both hosts of r1 are free: it is planned there for 10:00, and who ends by then may use r1 meanwhile.
 *
 * <p>Complexity: the pods that end until the job fits, times the depth of the tree. The idea is that of EASY backfilling: Lifka,
 * "The ANL/IBM SP scheduling system" (1995), here with a domain.
 */
public final class EarliestStart {

    private static final int MOST_NAMED = 5;

    private final GangPlacer placer;
    private final Timetable timetable;
    private final WaitingJob job;
    private final RoomCounts room;
    private final QuotaOutlook quota;
    private final TreeMap<Instant, List<Runnable>> moments = new TreeMap<>();
    private final Map<ClusterHost, Integer> closed = new LinkedHashMap<>();
    private final List<RunningJob> ended = new ArrayList<>();
    private boolean mayFit = true;

    private EarliestStart(GangPlacer placer, Timetable timetable, WaitingJob job) {
        this.placer = placer;
        this.timetable = timetable;
        this.job = job;
        this.room = placer.counts(job.request(), timetable.cluster()).fork();
        this.quota =
                new QuotaOutlook(timetable.queues(), job.queue(), job.request().leastTotal());
    }

    /** The plan for a job that its cluster and queue could hold when idle; empty when nobody knows when. */
    public static Optional<Reservation> find(GangPlacer placer, Timetable timetable, WaitingJob job) {
        EarliestStart search = new EarliestStart(placer, timetable, job);
        search.plansOfOthers();
        search.maintenance();
        return search.run();
    }

    private Optional<Reservation> run() {
        Iterator<RunningJob> ends = timetable.workload().byEnd().iterator();
        RunningJob next = ends.hasNext() ? ends.next() : null;
        Instant at = timetable.now();
        while (true) {
            while (next != null && !later(next.endsAt().orElseThrow(), at)) {
                end(next);
                next = ends.hasNext() ? ends.next() : null;
            }
            while (!moments.isEmpty() && !later(moments.firstKey(), at)) {
                moments.pollFirstEntry().getValue().forEach(Runnable::run);
            }
            Optional<Placement> placement = fits();
            if (placement.isPresent()) {
                return Optional.of(new Reservation(job, at, placement.get(), waitsFor(placement.get())));
            }
            Optional<Instant> following = following(Optional.ofNullable(next).flatMap(RunningJob::endsAt));
            if (following.isEmpty()) {
                return Optional.empty();
            }
            at = following.get();
        }
    }

    private static boolean later(Instant moment, Instant than) {
        return moment.isAfter(than);
    }

    private Optional<Instant> following(Optional<Instant> nextEnd) {
        if (moments.isEmpty()) {
            return nextEnd;
        }
        Instant moment = moments.firstKey();
        return Optional.of(nextEnd.filter(end -> end.isBefore(moment)).orElse(moment));
    }

    private void end(RunningJob run) {
        for (PlacedPod pod : run.held()) {
            timetable.cluster().host(pod.host()).ifPresent(host -> release(host, pod.request()));
        }
        quota.ended(run.queue(), run.total());
        ended.add(run);
    }

    private void release(ClusterHost host, ResourceVector amounts) {
        room.release(host, amounts);
        mayFit |= room.pods(scope(host)) >= job.request().leastHeld();
    }

    /** The required domain of a host, or the cluster. */
    private ClusterDomain scope(ClusterHost host) {
        int depth = job.request()
                .topology()
                .required()
                .flatMap(level -> timetable.cluster().levels().depthOf(level).stream()
                        .boxed()
                        .findFirst())
                .orElse(0);
        return host.domain().ancestor(depth);
    }

    private Optional<Placement> fits() {
        if (!mayFit || !quota.allows()) {
            return Optional.empty();
        }
        mayFit = false;
        Optional<Placement> placement = placer.placeIn(job.request(), timetable.cluster(), room);
        // A maximum may still bind, and then only the queue has to change.
        mayFit = placement.isPresent();
        return placement;
    }

    /** What a plan needs is taken from so long before its start that the job would not end in time, until the planned job ends. */
    private void plansOfOthers() {
        for (Reservation plan : timetable.reservations()) {
            if (plan.job().key().equals(job.key())) {
                continue;
            }
            at(
                    tooLateToEndBy(plan.startAt()),
                    () -> plan.needs()
                            .forEach((name, need) ->
                                    timetable.cluster().host(name).ifPresent(host -> room.take(host, need))));
            plan.endsAt()
                    .ifPresent(end -> at(
                            end,
                            () -> plan.needs()
                                    .forEach((name, need) ->
                                            timetable.cluster().host(name).ifPresent(host -> release(host, need)))));
        }
    }

    /** The first moment from which on the job would not end before another one. */
    private Instant tooLateToEndBy(Instant moment) {
        return job.walltime()
                .map(walltime -> moment.minus(walltime).plusNanos(1))
                .orElse(timetable.now());
    }

    /** A host is closed for starts from so long before a window that the job would not end in time, until the window ends. */
    private void maintenance() {
        for (MaintenanceWindow window : timetable.windows()) {
            if (!window.to().isAfter(timetable.now())) {
                continue;
            }
            List<ClusterHost> hosts = timetable.hostsUnder(window);
            at(tooLateToEndBy(window.from()), () -> hosts.forEach(this::close));
            at(window.to(), () -> hosts.forEach(this::open));
        }
    }

    private void close(ClusterHost host) {
        closed.merge(host, 1, Integer::sum);
        room.close(host);
    }

    private void open(ClusterHost host) {
        int left = closed.merge(host, -1, Integer::sum);
        boolean otherwise = host.exclusion().isPresent() && host.exclusion().get() != Exclusion.MAINTENANCE;
        if (left <= 0) {
            closed.remove(host);
            if (!otherwise) {
                room.open(host);
                mayFit = true;
            }
        }
    }

    private void at(Instant moment, Runnable change) {
        moments.computeIfAbsent(moment, key -> new ArrayList<>()).add(change);
    }

    private List<JobKey> waitsFor(Placement placement) {
        TreeSet<String> hosts = new TreeSet<>(placement.held());
        List<JobKey> named = new ArrayList<>();
        for (RunningJob run : ended) {
            boolean there = run.held().stream().anyMatch(pod -> hosts.contains(pod.host()));
            if (there && named.size() < MOST_NAMED) {
                named.add(run.key());
            }
        }
        return named;
    }
}
