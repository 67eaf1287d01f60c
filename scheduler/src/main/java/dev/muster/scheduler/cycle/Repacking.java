package dev.muster.scheduler.cycle;

import dev.muster.scheduler.explain.ReasonCode;
import dev.muster.scheduler.job.ResourceVector;
import dev.muster.scheduler.placement.GangPlacer;
import dev.muster.scheduler.placement.Placement;
import dev.muster.scheduler.workload.PlacedPod;
import dev.muster.scheduler.workload.RunningJob;
import dev.muster.scheduler.workload.WaitingJob;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Packs all jobs anew, running ones too: for comparing with schedulers that order by remaining time or service.
 *
 * <p>Goals: a job runs if it fits beside all that come before it. One that does not fit is skipped. A running job stays where it is if
 * its hosts are still free when its turn comes; else it is placed anew, and if that fails it is stopped.
 *
 * <p>Complexity: one placement for each job. It is the rule of the shortest-remaining-time baselines of Tiresias (NSDI 2019) and
 * Muri (SIGCOMM 2022).
 */
final class Repacking {

    private final GangPlacer placer;
    private final CyclePolicy policy;
    private final SchedulingState state;
    private final Instant now;
    private final Admission admission;
    private final SortedMap<ReasonCode, Integer> waiting = new TreeMap<>();

    Repacking(GangPlacer placer, CyclePolicy policy, SchedulingState state, Instant now) {
        this.placer = placer;
        this.policy = policy;
        this.state = state;
        this.now = now;
        this.admission = new Admission(placer, state);
    }

    CycleResult run() {
        Map<WaitingJob, Optional<RunningJob>> all = new LinkedHashMap<>();
        state.workload().waiting().forEach(job -> all.put(job, Optional.empty()));
        List<RunningJob> before = new ArrayList<>(state.workload().running());
        before.forEach(run -> all.put(remaining(run), Optional.of(run)));
        before.forEach(run -> state.stop(run.key()));
        List<WaitingJob> order = new ArrayList<>(all.keySet());
        order.sort(policy.order().comparator().thenComparing(Comparator.comparing(WaitingJob::key)));
        List<Start> starts = new ArrayList<>();
        List<Change> moves = new ArrayList<>();
        List<Preemption> stopped = new ArrayList<>();
        for (WaitingJob job : order) {
            Optional<RunningJob> run = all.getOrDefault(job, Optional.empty());
            if (run.isEmpty()) {
                start(job).ifPresent(starts::add);
            } else if (!stays(run.get())) {
                move(run.get())
                        .ifPresentOrElse(moves::add, () -> stopped.add(new Preemption(run.get(), Optional.empty())));
            }
        }
        return new CycleResult(attributed(starts, moves, stopped), List.of(), waiting, Optional.empty());
    }

    /** The job as it would wait if it were stopped: with what is left of its walltime. */
    private WaitingJob remaining(RunningJob run) {
        return run.endsAt()
                .map(end -> run.job().withWalltime(end.isAfter(now) ? Duration.between(now, end) : Duration.ZERO))
                .orElse(run.job());
    }

    private boolean stays(RunningJob run) {
        Map<String, ResourceVector> needs = new TreeMap<>();
        for (PlacedPod pod : run.held()) {
            needs.merge(pod.host(), pod.request(), ResourceVector::plus);
        }
        boolean free = needs.entrySet().stream()
                .allMatch(need -> state.cluster()
                        .host(need.getKey())
                        .filter(host -> need.getValue().fitsIn(host.free(need.getValue())))
                        .isPresent());
        if (free) {
            state.begin(run);
        }
        return free;
    }

    private Optional<Change> move(RunningJob run) {
        return placer.place(run.job().request(), state.cluster()).placed().map(placement -> {
            RunningJob after = run.with(
                    Application.pods(run.job().request(), placement),
                    Application.spares(run.job().request(), placement));
            state.begin(after);
            return new Change(run, after);
        });
    }

    private Optional<Start> start(WaitingJob job) {
        Optional<ReasonCode> refusal = admission.refusal(job).map(rejection -> rejection.code());
        Optional<Placement> placement = refusal.isPresent()
                ? Optional.empty()
                : placer.placeIn(job.request(), state.cluster(), placer.counts(job.request(), state.cluster()));
        if (placement.isEmpty()) {
            waiting.merge(refusal.orElse(ReasonCode.CAPACITY), 1, Integer::sum);
            return Optional.empty();
        }
        Start start =
                new Start(job, Application.running(job, placement.get(), now), placement.get(), List.of(), List.of());
        Application.apply(start, state);
        return Optional.of(start);
    }

    /** All that gave way did so for the first start: without one nobody gives way. */
    private static List<Start> attributed(List<Start> starts, List<Change> moves, List<Preemption> stopped) {
        if (moves.isEmpty() && stopped.isEmpty()) {
            return starts;
        }
        if (starts.isEmpty()) {
            throw new IllegalStateException("jobs gave way although none started: " + stopped + moves);
        }
        List<Start> attributed = new ArrayList<>(starts);
        Start first = starts.get(0);
        attributed.set(0, new Start(first.job(), first.run(), first.placement(), stopped, moves));
        return attributed;
    }
}
