package dev.muster.scheduler.cycle;

import dev.muster.scheduler.explain.Rejection;
import dev.muster.scheduler.job.JobKey;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a cycle decided.
 *
 * @param starts in the order in which they were decided
 * @param waiting why each other job waits, as things stand after all the starts
 */
public record CycleResult(List<Start> starts, SortedMap<JobKey, Rejection> waiting) {

    public CycleResult {
        starts = List.copyOf(starts);
        waiting = Collections.unmodifiableSortedMap(new TreeMap<>(waiting));
    }
}
