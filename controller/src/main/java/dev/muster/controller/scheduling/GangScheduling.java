package dev.muster.controller.scheduling;

import dev.muster.controller.state.JobRecord;
import dev.muster.controller.state.NodeRecord;
import dev.muster.controller.state.PlacementRecord;
import dev.muster.controller.state.PlacementRecord.HostAssignment;
import dev.muster.scheduler.cluster.Exclusion;
import dev.muster.scheduler.cluster.MaintenanceWindow;
import dev.muster.scheduler.cycle.CycleResult;
import dev.muster.scheduler.cycle.DryRun;
import dev.muster.scheduler.cycle.SchedulingCycle;
import dev.muster.scheduler.cycle.Start;
import dev.muster.scheduler.cycle.WaitingJob;
import dev.muster.scheduler.explain.Explanation;
import dev.muster.scheduler.explain.Rejection;
import dev.muster.scheduler.job.JobKey;
import dev.muster.scheduler.placement.GangPlacer;
import dev.muster.scheduler.placement.GangRequest;
import dev.muster.scheduler.placement.Placement;
import dev.muster.scheduler.placement.PlacementResult;
import dev.muster.scheduler.queue.QueueTree;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongSupplier;

/**
 * The controller's side of the scheduler: asks it with the picture that {@link SnapshotAssembler} keeps, and takes what it
 * grants into use in that picture at once, so that nobody is promised the same host twice. Belongs to the loop thread.
 */
public final class GangScheduling {

    /** A job and the attempt that is to begin; its hosts are taken. */
    public record PlannedStart(JobRecord job, PlacementRecord placement) {}

    /** What would happen to a job: a placement, or the reason for waiting. */
    public record Forecast(List<HostAssignment> placement, Optional<Explanation> waiting) {}

    private final SnapshotAssembler picture;
    private final GangPlacer placer;
    private final SchedulingCycle cycle;
    private final AttemptPlanner planner;
    private final CycleObserver observer;
    private final LongSupplier nanoTicker;
    private final CycleRequests requests = new CycleRequests();
    private SortedMap<JobKey, Rejection> rejections = new TreeMap<>();

    /**
     * Makes a scheduler over this picture.
     *
     * @param hosts says where the ranks of other hosts reach a host
     */
    public GangScheduling(
            SnapshotAssembler picture,
            GangPlacer placer,
            HostDirectory hosts,
            CycleObserver observer,
            LongSupplier nanoTicker) {
        this.picture = picture;
        this.placer = placer;
        this.cycle = new SchedulingCycle(placer);
        this.planner = new AttemptPlanner(picture.snapshot(), hosts::addressOf);
        this.observer = observer;
        this.nanoTicker = nanoTicker;
    }

    /** Where hosts are reached. */
    public interface HostDirectory {
        String addressOf(String host);
    }

    /** Hears of each cycle; called on the loop thread. */
    public interface CycleObserver {
        void cycle(Duration took, int placements, Map<String, Integer> rejections);
    }

    public CycleRequests cycles() {
        return requests;
    }

    public void requestCycle() {
        requests.request();
    }

    public List<String> levels() {
        return picture.snapshot()
                .levels()
                .names()
                .subList(0, picture.snapshot().levels().innermost());
    }

    public QueueTree queues() {
        return picture.queues();
    }

    // ---- the picture

    public void nodeChanged(NodeRecord node, Optional<Exclusion> exclusion, Instant now) {
        picture.nodeChanged(node, exclusion, now);
    }

    public void windowChanged(MaintenanceWindow window, Instant now) {
        picture.windowChanged(window, now);
        requestCycle();
    }

    public boolean inMaintenance(NodeRecord node, Instant now) {
        return picture.inMaintenance(node.name(), now);
    }

    /** What an attempt of before the controller's restart holds. */
    public void restore(JobRecord job, PlacementRecord placement) {
        picture.restore(job, placement);
        planner.resume(placement);
    }

    public void release(JobRecord job, PlacementRecord placement) {
        picture.release(job, names(placement));
        planner.ended(placement);
        requestCycle();
    }

    public void releaseSpare(JobRecord job, String host) {
        picture.release(job, List.of(host));
        requestCycle();
    }

    // ---- decisions

    /**
     * Chooses which waiting jobs start now, at most so many and as fit into one transaction; the next cycle, which it asks
     * for, starts the rest. Notes why the others wait.
     */
    public List<PlannedStart> decide(Collection<JobRecord> waiting, int mostStarts, Instant now) {
        long begin = nanoTicker.getAsLong();
        Map<JobKey, JobRecord> byKey = new HashMap<>();
        List<WaitingJob> candidates = new ArrayList<>();
        for (JobRecord job : waiting) {
            byKey.put(job.key(), job);
            candidates.add(waitingJob(job));
        }
        CycleResult result = cycle.decide(picture.snapshot(), picture.queues(), candidates, now);
        rejections = result.waiting();
        List<PlannedStart> starts = new ArrayList<>();
        long bytes = 0;
        for (Start start : result.starts()) {
            JobRecord job = byKey.get(start.key());
            if (job == null) {
                throw new IllegalStateException("the cycle started " + start.key() + ", which does not wait");
            }
            bytes += StoredSize.ofStart(job.spec());
            if (starts.isEmpty() || (starts.size() < mostStarts && bytes <= StoredSize.MOST_A_TURN)) {
                starts.add(new PlannedStart(job, planner.plan(job, start.placement(), now)));
            } else {
                SchedulingCycle.undo(start, picture.snapshot(), picture.queues());
                requestCycle();
            }
        }
        observer.cycle(Duration.ofNanos(nanoTicker.getAsLong() - begin), starts.size(), byCode(rejections));
        return starts;
    }

    private static Map<String, Integer> byCode(SortedMap<JobKey, Rejection> rejections) {
        Map<String, Integer> counts = new TreeMap<>();
        rejections.values().forEach(rejection -> counts.merge(rejection.code().name(), 1, Integer::sum));
        return counts;
    }

    /** Spares are a must for the first attempt only: a job that used them up goes on without. */
    private static WaitingJob waitingJob(JobRecord job) {
        return new WaitingJob(
                job.spec(),
                job.submittedAt(),
                job.status().held(),
                job.status().attempt() > 0,
                job.status().avoidHosts());
    }

    /**
     * The next attempt of a job whose last one was stopped: the hosts it still has, spares in the place of those it must
     * leave. Takes and gives back hosts accordingly; when there is no way everything is given back.
     */
    public Optional<PlacementRecord> repair(
            JobRecord job, PlacementRecord last, Collection<String> without, Instant now) {
        TreeSet<String> avoid = new TreeSet<>(without);
        avoid.addAll(job.status().avoidHosts());
        List<String> survivors = usable(last.hosts(), avoid);
        List<String> spares = usable(last.spares(), avoid);
        GangRequest request = GangRequest.of(job.spec())
                .withSpares(job.spec().gang().spares(), true)
                .avoiding(avoid);
        planner.ended(last);
        PlacementResult result = placer.repair(request, survivors, spares, picture.snapshot());
        if (result.placed().isEmpty()) {
            picture.release(job, names(last));
            requestCycle();
            return Optional.empty();
        }
        Placement next = result.placed().get();
        List<String> before = names(last);
        picture.release(job, without(before, next.held()));
        picture.allocate(job, without(next.held(), before));
        requestCycle();
        return Optional.of(planner.plan(job, next, now));
    }

    private List<String> usable(List<HostAssignment> parts, Collection<String> avoid) {
        return parts.stream()
                .map(HostAssignment::host)
                .filter(host -> !avoid.contains(host))
                .filter(host -> picture.snapshot()
                        .host(host)
                        .filter(known -> known.exclusion().isEmpty())
                        .isPresent())
                .toList();
    }

    private static List<String> without(List<String> hosts, List<String> others) {
        TreeSet<String> gone = new TreeSet<>(others);
        return hosts.stream().filter(host -> !gone.contains(host)).toList();
    }

    private static List<String> names(PlacementRecord placement) {
        return placement.everyHost().stream().map(HostAssignment::host).toList();
    }

    // ---- questions

    /**
     * Why the job could never run here: an unknown queue or level, more than the whole cluster has, or than its queue may
     * ever use. A cluster without any host yet says nothing.
     */
    public Optional<String> objectionTo(JobRecord job) {
        String queue = job.spec().queue();
        if (!picture.queues().takesJobs(queue)) {
            return Optional.of("spec.queue: there is no queue " + queue + "; choose one of " + queueNames());
        }
        GangRequest request = GangRequest.of(job.spec());
        if (picture.snapshot().hosts().isEmpty()) {
            return Optional.empty();
        }
        return placer.neverFits(request, picture.snapshot())
                .map(Rejection::text)
                .or(() -> picture.queues()
                        .excessWhenIdle(queue, request.perHost().times(request.leastHeld()))
                        .map(excess -> "needs " + excess.wanted() + " " + excess.resource() + "; queue "
                                + excess.queue() + " may never use more than " + excess.max()));
    }

    private String queueNames() {
        return String.join(
                ", ",
                picture.queues().queues().stream()
                        .map(known -> known.spec().name())
                        .filter(picture.queues()::takesJobs)
                        .limit(20)
                        .toList());
    }

    /** Why the last cycle left the job waiting. */
    public Optional<Explanation> lastExplanation(JobRecord job) {
        return Optional.ofNullable(rejections.get(job.key())).map(rejection -> new Explanation(rejection, List.of()));
    }

    /** What would become of the job now; changes nothing. */
    public Forecast forecast(JobRecord job, Instant now) {
        DryRun dryRun = cycle.dryRun(picture.snapshot(), picture.queues(), waitingJob(job), now);
        return new Forecast(
                dryRun.placement()
                        .map(placement -> planner.preview(job, placement))
                        .orElse(List.of()),
                dryRun.explanation());
    }
}
