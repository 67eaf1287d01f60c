package dev.muster.scheduler.cycle;

import dev.muster.scheduler.explain.ReasonCode;
import dev.muster.scheduler.explain.Rejection;
import dev.muster.scheduler.placement.GangPlacer;
import dev.muster.scheduler.placement.GangRequest;
import dev.muster.scheduler.placement.Placement;
import dev.muster.scheduler.workload.RunningJob;
import dev.muster.scheduler.workload.WaitingJob;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Packs all jobs anew, running ones too: for comparing with schedulers that order by remaining time or service.
 *
 * <p>Goals: a job runs if it fits beside all that come before it. One that does not fit is skipped.
 *
 * <p>Constraints: maxima of queues hold. Nobody gives way unless somebody starts.
 *
 * <p>Algorithm: 1. If all that wait have room beside all that runs, they start and that is all. 2. Else all that runs is taken off, on
 * paper. Running jobs by what is left of their walltimes and waiting ones by theirs come up in one order, and each is placed as if
 * nothing that comes later ran. 3. A running job whose hosts are still free when its turn comes goes on undisturbed; else it is moved
 * to others; if there are none it is stopped. 4. If nobody would start, all stays as it was. What had no room is not asked again.
 *
 * <p>Example: two hosts of 8, each with a job of 8, one with 10 minutes left and one with 50. A job of 8 that needs 20 comes: the
 * second one is stopped for it.
 *
 * <p>Complexity: one placement for each running job and each start, one refusal for each different request. It is the rule of the
 * shortest-remaining-time baselines of Tiresias (NSDI 2019) and Muri (SIGCOMM 2022).
 */
final class Repacking {

    /** A gang that runs, with the job that it would be if it were stopped now. */
    private record Candidate(WaitingJob remaining, RunningJob run) {}

    private final GangPlacer placer;
    private final SchedulingState state;
    private final Instant now;
    private final Comparator<WaitingJob> order;
    private final Admission admission;
    private final StrictTurns lines;
    private final List<Start> starts = new ArrayList<>();
    private final List<Change> moves = new ArrayList<>();
    private final List<Preemption> stopped = new ArrayList<>();
    private final SortedMap<ReasonCode, Integer> waiting = new TreeMap<>();

    Repacking(GangPlacer placer, CyclePolicy policy, SchedulingState state, Instant now) {
        this.placer = placer;
        this.state = state;
        this.now = now;
        this.order = policy.order().comparator();
        this.admission = new Admission(placer, state);
        this.lines = new StrictTurns(policy.order());
    }

    CycleResult run() {
        startAll(new EmptiedRoom(placer, state, admission, List.of()));
        if (!waiting.isEmpty()) {
            starts.clear();
            waiting.clear();
            repack();
        }
        if (starts.isEmpty()) {
            return new CycleResult(List.of(), List.of(), waiting, Optional.empty());
        }
        List<Start> decided = attributed();
        decided.forEach(start -> Application.apply(start, state));
        return new CycleResult(decided, List.of(), waiting, Optional.empty());
    }

    private void startAll(EmptiedRoom room) {
        addLines();
        startBefore(Optional.empty(), room);
    }

    private void repack() {
        List<Candidate> running = new ArrayList<>();
        state.workload().running().forEach(run -> running.add(new Candidate(remaining(run), run)));
        running.sort(Comparator.comparing(Candidate::remaining, order));
        EmptiedRoom room = new EmptiedRoom(
                placer, state, admission, List.copyOf(state.workload().running()));
        addLines();
        for (Candidate candidate : running) {
            startBefore(Optional.of(candidate.remaining()), room);
            goOn(candidate.run(), room);
        }
        startBefore(Optional.empty(), room);
    }

    private void addLines() {
        for (String queue : state.workload().backlogs()) {
            state.workload().cohorts(queue).forEach(cohort -> lines.add(new Line(cohort)));
        }
    }

    /** The job as it would wait if it were stopped: with what is left of its walltime. */
    private WaitingJob remaining(RunningJob run) {
        return run.endsAt()
                .map(end -> run.job().withWalltime(end.isAfter(now) ? Duration.between(now, end) : Duration.ZERO))
                .orElse(run.job());
    }

    /** Waiting jobs that come before a running one, or all that are left. */
    private void startBefore(Optional<WaitingJob> running, EmptiedRoom room) {
        for (Optional<Line> line = lines.next(); line.isPresent(); line = lines.next()) {
            WaitingJob job = line.get().head().orElseThrow();
            if (running.filter(other -> order.compare(other, job) < 0).isPresent()) {
                lines.add(line.get());
                return;
            }
            Optional<Placement> placement = room.place(job);
            if (placement.isPresent()) {
                RunningJob run = Application.running(job, placement.get(), now);
                room.take(run);
                starts.add(new Start(job, run, placement.get(), List.of(), List.of()));
                line.get().advance();
                lines.add(line.get());
            } else {
                ReasonCode code = admission.refusal(job).map(Rejection::code).orElse(ReasonCode.CAPACITY);
                waiting.merge(code, line.get().waiting(), Integer::sum);
            }
        }
    }

    private void goOn(RunningJob run, EmptiedRoom room) {
        if (room.isFreeFor(run)) {
            room.take(run);
            return;
        }
        Optional<Placement> placement = room.place(run.job());
        if (placement.isEmpty()) {
            stopped.add(new Preemption(run, Optional.empty()));
            return;
        }
        GangRequest request = run.job().request();
        RunningJob after =
                run.with(Application.pods(request, placement.get()), Application.spares(request, placement.get()));
        room.take(after);
        moves.add(new Change(run, after));
    }

    /** All that gave way did so for the first start. */
    private List<Start> attributed() {
        List<Start> attributed = new ArrayList<>(starts);
        Start first = starts.get(0);
        attributed.set(0, new Start(first.job(), first.run(), first.placement(), stopped, moves));
        return attributed;
    }
}
