package dev.muster.scheduler.cycle;

import dev.muster.scheduler.job.ResourceVector;
import dev.muster.scheduler.placement.GangRequest;
import dev.muster.scheduler.placement.Placement;
import dev.muster.scheduler.workload.PlacedPod;
import dev.muster.scheduler.workload.RunningJob;
import dev.muster.scheduler.workload.WaitingJob;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes decisions true in a state, and takes them back. */
final class Application {

    private static final int SPARE_RANK = -1;

    private Application() {}

    /** A waiting job as it runs on these hosts from a moment on. */
    static RunningJob running(WaitingJob job, Placement placement, Instant now) {
        return new RunningJob(
                job,
                pods(job.request(), placement),
                spares(job.request(), placement),
                now,
                job.endsAt(now),
                Optional.empty());
    }

    static List<PlacedPod> pods(GangRequest request, Placement placement) {
        List<PlacedPod> pods = new ArrayList<>(placement.hosts().size());
        ResourceVector perPod = request.perPod();
        for (int index = 0; index < placement.hosts().size(); index++) {
            int rank = placement.ranks().get(index);
            ResourceVector amounts = rank == 0 ? request.leader().orElse(perPod) : perPod;
            pods.add(new PlacedPod(rank, placement.hosts().get(index), amounts));
        }
        return pods;
    }

    static List<PlacedPod> spares(GangRequest request, Placement placement) {
        return placement.spares().stream()
                .map(host -> new PlacedPod(SPARE_RANK, host, request.perPod()))
                .toList();
    }

    /** First all that gives way goes, then the rest moves, then the job starts. */
    static void apply(Start start, SchedulingState state) {
        for (Preemption preemption : start.preemptions()) {
            state.stop(preemption.victim().key());
            preemption.left().ifPresent(state::begin);
        }
        start.moves().forEach(move -> state.stop(move.before().key()));
        start.moves().forEach(move -> state.begin(move.after()));
        state.workload().withdraw(start.job().key());
        state.begin(start.run());
    }

    static void undo(Start start, SchedulingState state) {
        state.stop(start.run().key());
        start.moves().forEach(move -> state.stop(move.after().key()));
        start.moves().forEach(move -> state.begin(move.before()));
        for (Preemption preemption : start.preemptions()) {
            preemption.left().ifPresent(left -> state.stop(left.key()));
            state.begin(preemption.victim());
        }
        state.workload().submit(start.job());
    }
}
