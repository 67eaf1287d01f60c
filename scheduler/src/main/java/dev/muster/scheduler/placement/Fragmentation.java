package dev.muster.scheduler.placement;

/**
 * How much room for gangs is broken up.
 *
 * <p>A domain with room for f pods holds f/1 gangs of one pod, f/2 of two, f/4 of four, and so on, each rounded down. All of these
 * together are 2f minus the ones in the binary digits of f. What a placement costs a domain beyond the unavoidable two for each
 * pod is the difference of the ones: that is its fragmentation there, and over all levels it is that of the placement.
 *
 * <p>Example: a rack with 8 free hosts holds 8+4+2+1 = 15 gangs. One host taken leaves 7: 7+3+1 = 11, a loss of 4, of which 2 are
 * unavoidable. From a rack with 7 free hosts one taken leaves 6: 6+3+1 = 10, a loss of 1: better than unavoidable by one, so small
 * work goes to the rack that is broken already.
 *
 * <p>The identity (the sum of n over powers of two is 2n minus its binary ones) is Legendre's.
 */
final class Fragmentation {

    /** Keeps the number for a domain from being negative: an int has no more ones. */
    private static final int OFFSET = Integer.SIZE;

    private Fragmentation() {}

    /** Gangs of 1, 2, 4, ... pods that have no room any more, when so many pods are taken from a domain with this room. */
    static long lost(int before, int taken) {
        return 2L * taken - Integer.bitCount(before) + Integer.bitCount(before - taken);
    }

    /** What of it was avoidable, made not negative; for comparing choices that use equally many domains. */
    static int broken(int before, int taken) {
        return OFFSET - Integer.bitCount(before) + Integer.bitCount(before - taken);
    }
}
