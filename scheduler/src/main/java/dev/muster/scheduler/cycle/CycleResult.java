package dev.muster.scheduler.cycle;

import dev.muster.scheduler.explain.ReasonCode;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a cycle decided.
 *
 * @param starts in the order in which they were decided
 * @param growths elastic gangs that got pods back
 * @param waiting how many jobs wait, by what keeps them
 * @param nextChange the first moment at which time alone may let a job start, as far as the cycle came upon it: a planned start, the end
 *     of a protection. Ends of windows are the caller's to know
 */
public record CycleResult(
        List<Start> starts,
        List<Change> growths,
        SortedMap<ReasonCode, Integer> waiting,
        Optional<Instant> nextChange) {

    public CycleResult {
        starts = List.copyOf(starts);
        growths = List.copyOf(growths);
        waiting = Collections.unmodifiableSortedMap(new TreeMap<>(waiting));
    }

    /** Whether nothing changed, so that another cycle at the same moment would change nothing either. */
    public boolean isQuiet() {
        return starts.isEmpty() && growths.isEmpty();
    }
}
