package dev.muster.controller.scheduling;

import dev.muster.controller.state.JobPhase;
import dev.muster.controller.state.JobRecord;
import dev.muster.controller.state.NodeRecord;
import dev.muster.controller.state.PlacementRecord;
import dev.muster.controller.state.PlacementRecord.HostAssignment;
import dev.muster.scheduler.cluster.ClusterHost;
import dev.muster.scheduler.cluster.Exclusion;
import dev.muster.scheduler.cluster.MaintenanceWindow;
import dev.muster.scheduler.cycle.CycleResult;
import dev.muster.scheduler.cycle.SchedulingCycle;
import dev.muster.scheduler.cycle.SchedulingState;
import dev.muster.scheduler.cycle.Start;
import dev.muster.scheduler.explain.Explanation;
import dev.muster.scheduler.job.JobKey;
import dev.muster.scheduler.placement.GangPlacer;
import dev.muster.scheduler.placement.Placement;
import dev.muster.scheduler.queue.QueueTree;
import dev.muster.scheduler.workload.PlacedPod;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * The controller's side of the scheduler: asks it with the picture that {@link SnapshotAssembler} keeps, and takes what it
 * grants into use in that picture at once, so that nobody is promised the same host twice. Belongs to the loop thread.
 */
public final class GangScheduling {

    /** A job that gave way stops nobody else in so many cycles. */
    private static final int CYCLES_UNTIL_SETTLED = 3;

    /** A job and the attempt that is to begin; its hosts are taken. */
    public record PlannedStart(JobRecord job, PlacementRecord placement) {}

    /** A gang that must stop, and for whom. */
    public record Preempted(JobKey victim, JobKey by) {}

    /**
     * What a cycle decided.
     *
     * @param growing a gang that had to do with fewer hosts than it asked for and is worth a restart with more
     * @param nextChange when time alone may let a job start or grow
     */
    public record Decision(
            List<PlannedStart> starts,
            List<Preempted> preempted,
            Optional<JobKey> growing,
            Optional<Instant> nextChange) {}

    /** What would happen to a job: a placement and the jobs that are stopped for it, or the reason for waiting. */
    public record Forecast(List<HostAssignment> placement, List<JobKey> preempts, Optional<Explanation> waiting) {}

    private final SnapshotAssembler picture;
    private final SchedulingState state;
    private final SchedulingCycle cycle;
    private final SchedulingCycle cycleWithoutPreemption;
    private final AttemptPlanner planner;
    private final CycleObserver observer;
    private final LongSupplier nanoTicker;
    private final CycleRequests requests = new CycleRequests();
    private final Nominations nominations = new Nominations();
    private final Departures departures = new Departures();
    private final DecisionApplier applier;
    private final WorkloadFollower follower;
    private final Forecasts forecasts;
    private final Regrowth regrowth;
    private final GangRepairs repairs;

    /** Cycles still to run although nothing changes, because the scheduler lets those that gave way rest for some cycles. */
    private int settling;

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
        this.state = picture.state();
        this.applier = new DecisionApplier(state, nominations, departures);
        this.follower = new WorkloadFollower(state, nominations, departures);
        this.cycle = new SchedulingCycle(placer, picture.policy());
        this.cycleWithoutPreemption =
                new SchedulingCycle(placer, picture.policy().withoutPreemption());
        this.planner = new AttemptPlanner(picture.snapshot(), hosts::addressOf);
        this.forecasts = new Forecasts(state, picture.gone(), placer, cycle, planner, nominations, departures, applier);
        this.regrowth = new Regrowth(state, cycle);
        this.repairs = new GangRepairs(state, placer);
        this.observer = observer;
        this.nanoTicker = nanoTicker;
    }

    /** Where hosts are reached. */
    public interface HostDirectory {
        String addressOf(String host);
    }

    /** Hears of each cycle; called on the loop thread. */
    public interface CycleObserver {
        /**
         * Hears how one cycle went.
         *
         * @param preemptions gangs that were told to stop
         * @param plans planned starts
         * @param waiting jobs by what keeps them
         */
        void cycle(Duration took, int placements, int preemptions, int plans, Map<String, Integer> waiting);
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

    /** Answers whether the host is out of the picture: not as long as anything is in use or booked there. */
    public boolean nodeRemoved(String host) {
        return picture.nodeRemoved(host);
    }

    public void windowChanged(MaintenanceWindow window, Instant now) {
        picture.windowChanged(window, now);
        requestCycle();
    }

    public boolean inMaintenance(NodeRecord node, Instant now) {
        return picture.inMaintenance(node.name(), now);
    }

    /** What an attempt of before the controller's restart holds. */
    public void restore(JobRecord job, PlacementRecord placement, Instant now) {
        state.queues().advance(now);
        state.begin(WorkloadRecords.running(job, placement));
        planner.resume(placement);
        follow(job, now);
    }

    /** Keeps a job's place among those that wait, or what is known of its run, in step with its record. */
    public void follow(JobRecord job, Instant now) {
        state.queues().advance(now);
        boolean waits = job.phase() == JobPhase.PENDING && !job.status().held();
        if (nominations.has(job.key()) && !waits) {
            dropNomination(job.key());
        }
        if (!nominations.has(job.key())) {
            follower.follow(job, now);
        }
    }

    public void release(JobRecord job, PlacementRecord placement, Instant now) {
        state.queues().advance(now);
        if (state.workload().running(job.key()).isPresent()) {
            state.stop(job.key());
        }
        follower.released(job.key());
        planner.ended(placement);
        requestCycle();
    }

    public void releaseSpare(JobRecord job, String host, Instant now) {
        state.queues().advance(now);
        state.workload().running(job.key()).ifPresent(run -> {
            List<PlacedPod> spares = run.spares().stream()
                    .filter(spare -> !spare.host().equals(host))
                    .toList();
            state.replace(run.with(run.pods(), spares));
        });
        requestCycle();
    }

    // ---- decisions

    /**
     * Chooses which waiting jobs start now, at most so many and as fit into one transaction; the next cycle, which it asks
     * for, starts the rest. Jobs for which others must stop first are nominated: they start when those have gone.
     *
     * @param jobs finds a job that waits
     * @param mayPreempt false while hosts are missing that may come back: nobody is stopped for room that is only not in sight
     */
    public Decision decide(Function<JobKey, Optional<JobRecord>> jobs, int mostJobs, boolean mayPreempt, Instant now) {
        long begin = nanoTicker.getAsLong();
        state.queues().advance(now);
        TurnBudget budget = new TurnBudget(mostJobs);
        dropUnusable(jobs);
        List<PlannedStart> starts = startNominated(jobs, budget, now);
        SchedulingCycle chosen = mayPreempt ? cycle : cycleWithoutPreemption;
        CycleResult result = departures.asIfGone(state, () -> chosen.decide(state, now, mostJobs));
        if (result.starts().size() >= mostJobs) {
            requestCycle();
        }
        List<Start> kept = keep(result.starts(), jobs, budget);
        for (Start start : applier.apply(kept, now)) {
            starts.add(planned(jobs.apply(start.job().key()).orElseThrow(), start, now));
        }
        List<Preempted> preempted = stopSome(jobs, budget);
        if (!nominations.untold().isEmpty() || settling > 0) {
            settling = Math.max(0, settling - 1);
            requestCycle();
        }
        observer.cycle(
                Duration.ofNanos(nanoTicker.getAsLong() - begin),
                starts.size(),
                preempted.size(),
                state.agenda().reservations().size(),
                byCode(result));
        Optional<JobKey> growing = regrowth.next(now);
        Optional<Instant> nextChange = Stream.concat(result.nextChange().stream(), regrowth.nextDue(now).stream())
                .min(Instant::compareTo);
        return new Decision(starts, preempted, growing, nextChange);
    }

    private PlannedStart planned(JobRecord job, Start start, Instant now) {
        return new PlannedStart(job, planner.plan(job, start.placement(), now));
    }

    /** Those from the first on that this turn can write; the others are taken back, and another cycle decides them anew. */
    private List<Start> keep(List<Start> decided, Function<JobKey, Optional<JobRecord>> jobs, TurnBudget budget) {
        int kept = 0;
        Set<JobKey> byForce = new HashSet<>();
        while (kept < decided.size()) {
            Start start = decided.get(kept);
            boolean undoesForce = start.preemptions().stream()
                    .anyMatch(preemption -> byForce.contains(preemption.victim().key()));
            if (undoesForce) {
                break;
            }
            JobRecord job = jobs.apply(start.job().key())
                    .orElseThrow(() -> new IllegalStateException(
                            "the cycle started " + start.job().key() + ", which does not wait"));
            if (!start.preemptions().isEmpty()) {
                byForce.add(job.key());
            } else if (!budget.takes(job.spec())) {
                break;
            }
            kept++;
        }
        for (int index = decided.size() - 1; index >= kept; index--) {
            SchedulingCycle.undo(decided.get(index), state);
            requestCycle();
        }
        return decided.subList(0, kept);
    }

    /** Victims that this turn can write; the next one, which is asked for, tells the others. */
    private List<Preempted> stopSome(Function<JobKey, Optional<JobRecord>> jobs, TurnBudget budget) {
        List<Preempted> stopped = new ArrayList<>();
        for (Nominations.Order order : nominations.untold()) {
            JobKey victim = order.victim().key();
            if (!budget.takes(jobs.apply(victim).orElseThrow().spec())) {
                break;
            }
            nominations.told(victim);
            stopped.add(new Preempted(victim, order.by()));
            settling = CYCLES_UNTIL_SETTLED;
        }
        return stopped;
    }

    private List<PlannedStart> startNominated(
            Function<JobKey, Optional<JobRecord>> jobs, TurnBudget budget, Instant now) {
        List<PlannedStart> starts = new ArrayList<>();
        for (Start start : nominations.ready()) {
            JobRecord job = jobs.apply(start.job().key()).orElseThrow();
            if (!budget.takes(job.spec())) {
                requestCycle();
                break;
            }
            if (isShort(start)) {
                dropNomination(job.key());
                follower.followWaiting(job);
                continue;
            }
            nominations.remove(job.key());
            state.stop(job.key());
            state.begin(WorkloadRecords.running(job, start.placement(), now));
            starts.add(planned(job, start, now));
        }
        return starts;
    }

    /** Everybody has gone, and still its hosts have not what it was promised: they have shrunk meanwhile. */
    private boolean isShort(Start start) {
        return start.placement().held().stream()
                .anyMatch(host -> state.cluster()
                        .host(host)
                        .filter(ClusterHost::isOverbooked)
                        .isPresent());
    }

    /** Nobody starts on a host that was lost or closed meanwhile. */
    private void dropUnusable(Function<JobKey, Optional<JobRecord>> jobs) {
        for (Start start : nominations.all()) {
            if (!isUsable(start)) {
                dropNomination(start.job().key());
                jobs.apply(start.job().key()).ifPresent(follower::followWaiting);
            }
        }
    }

    private boolean isUsable(Start start) {
        return start.placement().held().stream()
                .allMatch(host -> state.cluster()
                        .host(host)
                        .filter(known -> known.exclusion().isEmpty())
                        .isPresent());
    }

    private void dropNomination(JobKey job) {
        applier.drop(job);
        requestCycle();
    }

    private static Map<String, Integer> byCode(CycleResult result) {
        Map<String, Integer> counts = new TreeMap<>();
        result.waiting().forEach((code, jobs) -> counts.put(code.name(), jobs));
        return counts;
    }

    /**
     * What a stopped gang goes on with.
     *
     * @param leftBehind suspects whose place others have taken
     */
    public record Repaired(PlacementRecord placement, SortedSet<String> leftBehind) {}

    /**
     * The next attempt of a job whose last one was stopped: the hosts it still has, spares in the place of those it must
     * leave, and of suspects where that costs no host. Takes and gives back hosts accordingly; when there is no way, or others are to
     * have its hosts, everything is given back.
     */
    public Optional<Repaired> repair(
            JobRecord job, PlacementRecord last, SortedSet<String> without, SortedSet<String> suspects, Instant now) {
        state.queues().advance(now);
        boolean mustLeave = nominations.isAwaited(job.key());
        release(job, last, now);
        if (mustLeave) {
            return Optional.empty();
        }
        SortedSet<String> more = new TreeSet<>(without);
        more.addAll(suspects);
        Optional<Placement> whole = suspects.isEmpty()
                ? Optional.empty()
                : repairs.of(job, last, more)
                        .filter(found -> found.hosts().size() >= last.hosts().size());
        SortedSet<String> leftBehind = whole.isPresent() ? suspects : Collections.emptySortedSet();
        Optional<Placement> next = whole.or(() -> repairs.of(job, last, without));
        next.ifPresent(placement -> {
            state.workload().withdraw(job.key());
            state.begin(WorkloadRecords.running(job, placement, now));
        });
        return next.map(placement -> new Repaired(planner.plan(job, placement, now), leftBehind));
    }

    /** Whether a host's agent does not answer. */
    public boolean isLost(String host) {
        return state.cluster()
                .host(host)
                .flatMap(ClusterHost::exclusion)
                .filter(Exclusion.LOST::equals)
                .isPresent();
    }

    // ---- questions

    /**
     * Why the job could never run here: an unknown queue or level, more than the whole cluster has, or than its queue may
     * ever use. A cluster without any host yet says nothing.
     */
    public Optional<String> objectionTo(JobRecord job) {
        return forecasts.objectionTo(job);
    }

    /** Why the job waits, in brief: for lists. */
    public Optional<Explanation> lastExplanation(JobRecord job, Instant now) {
        return Optional.of(forecasts.brief(job, now));
    }

    /** Jobs that start when others have stopped for them, each with the hosts that are booked for it. */
    public Map<JobKey, List<String>> nominated() {
        Map<JobKey, List<String>> hosts = new TreeMap<>();
        nominations
                .all()
                .forEach(start -> hosts.put(start.job().key(), start.placement().held()));
        return hosts;
    }

    /** What would become of the job now; changes nothing. */
    public Forecast forecast(JobRecord job, Instant now) {
        return forecasts.of(job, now);
    }
}
