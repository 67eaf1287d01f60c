package dev.muster.scheduler.cycle;

import dev.muster.scheduler.placement.Placement;
import dev.muster.scheduler.workload.RunningJob;
import dev.muster.scheduler.workload.WaitingJob;
import java.util.List;

/**
 * A job that starts, and what must give way for it first.
 *
 * @param job as it waited
 * @param run as it runs from now on
 * @param placement where, with its score
 * @param preemptions gangs that are stopped or give up pods for it; empty when its room was free
 * @param moves gangs that go on elsewhere for it
 */
public record Start(
        WaitingJob job, RunningJob run, Placement placement, List<Preemption> preemptions, List<Change> moves) {

    public Start {
        preemptions = List.copyOf(preemptions);
        moves = List.copyOf(moves);
    }
}
