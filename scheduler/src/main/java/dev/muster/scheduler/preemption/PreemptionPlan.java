package dev.muster.scheduler.preemption;

import dev.muster.scheduler.placement.Placement;
import java.util.List;

/**
 * How a job gets its room. Once all victims and moved gangs have left their hosts the job fits where it says, and the moved ones beside it.
 *
 * @param victims by name; empty when moves suffice
 * @param moves by name; empty when something is preempted
 * @param placement of the job
 * @param cost what it costs the others
 */
public record PreemptionPlan(List<Victim> victims, List<Move> moves, Placement placement, PlanCost cost)
        implements PreemptionAnswer {

    public PreemptionPlan {
        victims = List.copyOf(victims);
        moves = List.copyOf(moves);
    }
}
