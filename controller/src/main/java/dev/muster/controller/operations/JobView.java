package dev.muster.controller.operations;

import dev.muster.controller.state.JobRecord;
import dev.muster.controller.state.PlacementRecord;
import dev.muster.scheduler.explain.Explanation;
import java.util.Optional;

/**
 * A job as people see it.
 *
 * @param placement of the present attempt while it holds hosts
 * @param waiting why it waits, while PENDING and the scheduler has looked at it
 */
public record JobView(JobRecord record, Optional<PlacementRecord> placement, Optional<Explanation> waiting) {}
