package dev.muster.scheduler.cycle;

import dev.muster.scheduler.explain.Explanation;
import dev.muster.scheduler.placement.Placement;
import java.util.Optional;

/**
 * What would become of a job now; one of the two is present.
 *
 * @param placement where it would start
 * @param explanation why it would wait
 */
public record DryRun(Optional<Placement> placement, Optional<Explanation> explanation) {}
