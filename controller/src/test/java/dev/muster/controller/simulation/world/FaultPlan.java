package dev.muster.controller.simulation.world;

import dev.muster.controller.simulation.time.Chance;
import java.util.EnumMap;
import java.util.Map;

/**
 * Which kinds of fault there are in one world, and how often. Each world has another selection, since faults can hide each
 * other: one in which everything fails all the time finds less than many in which few things fail often.
 *
 * @param meanMillis between two faults of a kind
 */
record FaultPlan(Map<FaultKind, Double> meanMillis) {

    private static final double SELECTED = 0.4;
    private static final double SHORTEST_MEAN_MILLIS = 6_000;
    private static final double LONGEST_MEAN_MILLIS = 90_000;

    static FaultPlan random(Chance chance) {
        EnumMap<FaultKind, Double> means = new EnumMap<>(FaultKind.class);
        for (FaultKind kind : FaultKind.values()) {
            double part = chance.below(1_001) / 1_000.0;
            double mean = SHORTEST_MEAN_MILLIS * Math.pow(LONGEST_MEAN_MILLIS / SHORTEST_MEAN_MILLIS, part);
            if (chance.happens(SELECTED)) {
                means.put(kind, mean);
            }
        }
        return new FaultPlan(means);
    }
}
