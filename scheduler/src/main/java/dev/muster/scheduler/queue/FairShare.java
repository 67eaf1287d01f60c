package dev.muster.scheduler.queue;

import java.util.Arrays;
import java.util.List;

/**
 * How much of the cluster a queue has for its weight: smaller is served first. One number for each queue from the one below the root
 * down to it, so that two queues are compared first where their ways part: teams of one department settle among themselves.
 */
public final class FairShare implements Comparable<FairShare> {

    private final double[] byDepth;

    FairShare(double[] byDepth) {
        this.byDepth = byDepth.clone();
    }

    /** The weighted dominant shares, the outermost queue first. */
    public List<Double> byDepth() {
        return Arrays.stream(byDepth).boxed().toList();
    }

    @Override
    public int compareTo(FairShare other) {
        return Arrays.compare(byDepth, other.byDepth);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FairShare share && Arrays.equals(byDepth, share.byDepth);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(byDepth);
    }

    @Override
    public String toString() {
        return Arrays.toString(byDepth);
    }
}
