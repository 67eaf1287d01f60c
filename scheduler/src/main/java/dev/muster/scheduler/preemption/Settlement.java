package dev.muster.scheduler.preemption;

import dev.muster.scheduler.cluster.Trial;
import dev.muster.scheduler.placement.GangRequest;
import dev.muster.scheduler.placement.Placement;
import dev.muster.scheduler.placement.Repair;
import dev.muster.scheduler.workload.PlacedPod;
import dev.muster.scheduler.workload.RunningJob;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Gives gangs that make way other places.
 *
 * <p>Goals: every gang is whole again; as few pods as possible change their host.
 *
 * <p>Constraints: the topology of each gang. The cluster is as it was afterwards.
 *
 * <p>Algorithm: the job takes its hosts first. Pods of the gangs that still have room where they are stay there. The others are placed
 * like those of a repair, near the ones that stay; where that cannot be, the gang is placed anew. One gang after the other, in the
 * order of their names.
 *
 * <p>Complexity: a repair or a placement for each gang.
 */
final class Settlement {

    private static final int SPARE_RANK = -1;

    private final Question question;
    private final List<RunningJob> gangs;
    private final List<PlacedPod> job;
    private final Trial trial;

    /** Gangs that make way for the pods of a job. */
    Settlement(Question question, List<RunningJob> gangs, List<PlacedPod> job) {
        this.question = question;
        this.gangs = gangs;
        this.job = job;
        this.trial = new Trial(question.cluster());
    }

    /** The gangs that move; empty when one of them finds no place. */
    Optional<List<Move>> settle() {
        try {
            return moves();
        } finally {
            trial.undo();
        }
    }

    /** The pods and spares of a gang that stay where they are, and those that do not. */
    private record Split(RunningJob gang, List<PlacedPod> staying, List<PlacedPod> leaving) {}

    private Optional<List<Move>> moves() {
        List<Split> splits = splits();
        splits.forEach(split -> split.leaving().forEach(pod -> trial.release(pod.host(), pod.request())));
        job.forEach(pod -> trial.allocate(pod.host(), pod.request()));
        List<Move> moves = new ArrayList<>();
        for (Split split : splits) {
            if (!split.leaving().isEmpty()) {
                Optional<RunningJob> after = placed(split);
                if (after.isEmpty()) {
                    return Optional.empty();
                }
                moves.add(new Move(split.gang(), after.get()));
            }
        }
        return Optional.of(moves);
    }

    private List<Split> splits() {
        Leftover leftover = new Leftover(question.cluster());
        gangs.forEach(gang -> gang.held().forEach(leftover::release));
        job.forEach(leftover::take);
        List<Split> splits = new ArrayList<>();
        for (RunningJob gang : gangs) {
            Split split = new Split(gang, new ArrayList<>(), new ArrayList<>());
            for (PlacedPod pod : gang.held()) {
                if (leftover.hasRoomFor(pod)) {
                    leftover.take(pod);
                    split.staying().add(pod);
                } else {
                    split.leaving().add(pod);
                }
            }
            splits.add(split);
        }
        return splits;
    }

    private Optional<RunningJob> placed(Split split) {
        RunningJob gang = split.gang();
        GangRequest request = exactly(gang);
        Optional<Placement> placement = repaired(split, request).filter(found -> isWhole(found, gang));
        split.staying().forEach(pod -> trial.release(pod.host(), pod.request()));
        if (placement.isEmpty()) {
            placement = question.placer()
                    .place(request, question.cluster())
                    .placed()
                    .filter(found -> isWhole(found, gang));
        }
        Optional<RunningJob> after = placement.map(found -> gang.with(pods(request, found), spares(request, found)));
        after.ifPresent(moved -> moved.held().forEach(pod -> trial.allocate(pod.host(), pod.request())));
        return after;
    }

    /** The gang as it is now, no larger and no smaller. */
    private static GangRequest exactly(RunningJob gang) {
        GangRequest asked = gang.job().request();
        int pods = gang.pods().size() - (asked.leader().isPresent() ? 1 : 0);
        return asked.withPods(pods, pods).withSpares(gang.spares().size(), false);
    }

    private static boolean isWhole(Placement placement, RunningJob gang) {
        return placement.hosts().size() == gang.pods().size()
                && placement.spares().size() == gang.spares().size();
    }

    private Optional<Placement> repaired(Split split, GangRequest request) {
        SortedMap<Integer, String> survivors = new TreeMap<>();
        List<String> spares = new ArrayList<>();
        for (PlacedPod pod : split.staying()) {
            if (pod.rank() == SPARE_RANK) {
                spares.add(pod.host());
            } else {
                survivors.put(pod.rank(), pod.host());
            }
        }
        if (survivors.isEmpty()) {
            return Optional.empty();
        }
        return question.placer()
                .repair(new Repair(request, survivors, spares), question.cluster())
                .placed();
    }

    static List<PlacedPod> pods(GangRequest request, Placement placement) {
        List<PlacedPod> pods = new ArrayList<>();
        for (int index = 0; index < placement.hosts().size(); index++) {
            int rank = placement.ranks().get(index);
            pods.add(new PlacedPod(rank, placement.hosts().get(index), Placement.requestOf(request, rank)));
        }
        return pods;
    }

    static List<PlacedPod> spares(GangRequest request, Placement placement) {
        return placement.spares().stream()
                .map(host -> new PlacedPod(SPARE_RANK, host, request.perPod()))
                .toList();
    }
}
