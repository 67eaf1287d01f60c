package dev.muster.scheduler.placement;

/**
 * Turns the wish for few domains into numbers that add up: one number whose digits are the domains used, by level, the
 * outermost wish first; and one for what decides between equals: the domains used of the levels in between, then the room left
 * over in the domains used, by level, then the room that is broken up ({@link Fragmentation}). A digit that would not fit into
 * 62 bits in all is left out, which takes more than four levels and gangs of many thousands.
 */
final class PackingCost {

    private static final int BITS = 62;
    private static final int FRAGMENT_BITS = 12;

    private final int[] counted;
    private final long[] countWeights;
    private final long[] betweenWeights;
    private final long[] leftoverWeights;
    private final long fragmentWeight;

    /**
     * Makes the weights for one domain that holds the whole gang.
     *
     * @param fitDepth of that domain
     * @param pods the most that are placed
     * @param roomInFit the most pods that can be left over
     */
    PackingCost(GangLayout layout, int fitDepth, int pods, int roomInFit) {
        int depths = layout.hostDepth() + 1;
        countWeights = new long[depths];
        betweenWeights = new long[depths];
        leftoverWeights = new long[depths];
        int width = Long.SIZE - Long.numberOfLeadingZeros(pods);
        int shift = BITS;
        int first = Math.max(layout.counted(), fitDepth + 1);
        counted = new int[] {first, depths - 1};
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
        fragmentWeight = shift < FRAGMENT_BITS ? 0 : 1;
    }

    /** The first depth whose domains count. */
    int firstCounted() {
        return counted[0];
    }

    /** For so many domains of a depth. */
    long domains(int depth, int count) {
        return countWeights[depth] * count;
    }

    /** What decides between equals: for a domain of a depth that was not used yet. */
    long between(int depth) {
        return betweenWeights[depth];
    }

    /** What decides between equals: for taking from a domain that has this much room. */
    long leftover(int depth, int room) {
        return leftoverWeights[depth] * room;
    }

    /** What decides between equals: for breaking up the room of a domain. */
    long fragments(int before, int taken) {
        return fragmentWeight * Fragmentation.broken(before, taken);
    }
}
