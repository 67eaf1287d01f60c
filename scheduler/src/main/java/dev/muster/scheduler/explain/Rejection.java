package dev.muster.scheduler.explain;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Why a job cannot start now: the constraint that binds, where it comes closest, and how much is short.
 *
 * @param level the level whose domains are too small, or the name of the resource for {@code QUOTA}; empty when neither
 * @param domain the best domain as {@code b1/r2}, or the queue for {@code QUOTA}; empty: the whole cluster
 * @param required what is needed there, in hosts; for {@code QUOTA} in units of the resource
 * @param available what there is, in the same unit: no other domain of the level has more; for {@code EXCLUDED} none of
 *     those that would do with their excluded hosts
 * @param excluded hosts in that domain that have room but are excluded, by cause
 * @param helps what will let it start
 * @param text one line for people
 */
public record Rejection(
        ReasonCode code,
        String level,
        String domain,
        long required,
        long available,
        SortedMap<String, Integer> excluded,
        Remedy helps,
        String text) {

    public Rejection {
        excluded = Collections.unmodifiableSortedMap(new TreeMap<>(excluded));
    }

    /** A reason that has no numbers. */
    public static Rejection of(ReasonCode code, Remedy helps, String text) {
        return new Rejection(code, "", "", 0, 0, Collections.emptySortedMap(), helps, text);
    }

    /** How much is missing; never negative. */
    public long shortfall() {
        return Math.max(0, required - available);
    }
}
