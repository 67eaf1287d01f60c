package dev.muster.scheduler.placement;

import dev.muster.scheduler.cluster.ClusterDomain;

/**
 * Turns the wish for few domains into numbers that add up: one number whose digits are the domains used, by level, the
 * outermost wish first; and one for what decides between equals: the domains used of the levels in between, then the hosts
 * left over in the domains used. A digit that would not fit into 62 bits in all is left out, which takes more than four
 * levels and gangs of many thousands.
 */
final class PackingCost {

    private static final int BITS = 62;

    private final long[] countWeights;
    private final long[] betweenWeights;
    private final long[] leftoverWeights;
    private final long extraWeight;

    /**
     * @param fitDepth of the domain that holds the whole gang
     * @param hosts the most that are placed
     * @param roomInFit the most that can be left over
     */
    PackingCost(GangLayout layout, int fitDepth, int hosts, int roomInFit) {
        int depths = layout.innermost() + 1;
        countWeights = new long[depths];
        betweenWeights = new long[depths];
        leftoverWeights = new long[depths];
        int width = Long.SIZE - Long.numberOfLeadingZeros(hosts);
        int shift = BITS - width;
        extraWeight = 1L << shift;
        int first = Math.max(layout.counted(), fitDepth + 1);
        for (int depth = first; depth < depths; depth++) {
            shift -= width;
            countWeights[depth] = shift < 0 ? 0 : 1L << shift;
        }
        shift = BITS;
        for (int depth = first - 1; depth > fitDepth; depth--) {
            shift -= width;
            betweenWeights[depth] = shift < 0 ? 0 : 1L << shift;
        }
        int leftoverWidth = Long.SIZE - Long.numberOfLeadingZeros(roomInFit);
        for (int depth = first; depth < depths; depth++) {
            shift -= leftoverWidth;
            leftoverWeights[depth] = shift < 0 ? 0 : 1L << shift;
        }
    }

    /** For a wish that comes before all levels, such as to use spares first; at most as many times as hosts are placed. */
    long extra(int times) {
        return extraWeight * times;
    }

    /** For using a domain that the gang did not use yet. */
    long domains(ClusterDomain domain) {
        return countWeights[domain.depth()];
    }

    /** For so many domains of a depth. */
    long domains(int depth, int count) {
        return countWeights[depth] * count;
    }

    /** What decides between equals: for a domain that was not used yet. */
    long between(ClusterDomain domain) {
        return betweenWeights[domain.depth()];
    }

    /** What decides between equals: for taking from a domain with this much room. */
    long leftover(ClusterDomain domain, int hosts) {
        return leftoverWeights[domain.depth()] * hosts;
    }
}
