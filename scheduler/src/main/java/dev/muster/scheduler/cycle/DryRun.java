package dev.muster.scheduler.cycle;

import dev.muster.scheduler.explain.Explanation;
import java.util.Optional;

/**
 * What would become of a job now; one of the two is present.
 *
 * @param start where it would start, and whom it would preempt or move
 * @param explanation why it would wait
 */
public record DryRun(Optional<Start> start, Optional<Explanation> explanation) {}
