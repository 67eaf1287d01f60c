package dev.muster.controller.kubernetes.pods;

/** Divides whole amounts so that the parts add up to exactly what is divided. */
final class Shares {

    private Shares() {}

    /** The part that {@code index} of {@code parts} gets; earlier ones get what does not divide, one unit each. */
    static long share(long whole, int parts, int index) {
        return whole / parts + (index < whole % parts ? 1 : 0);
    }
}
