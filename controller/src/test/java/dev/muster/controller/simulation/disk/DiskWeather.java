package dev.muster.controller.simulation.disk;

/** How the disk, or the way to it, is doing. */
public final class DiskWeather {

    /** Milliseconds until a commit is durable, and until its answer is heard. */
    int leastMillis = 1;

    int mostMillis = 6;

    /** Of commits that fail without a trace. */
    double lost;

    /** Of commits that happen, but whose answer is a failure. */
    double unknown;

    /** Of commits that are answered as durable and are not: no real store may do that. */
    double forgotten;

    public void fair() {
        slow(1, 6);
        failing(0, 0);
    }

    public void slow(int leastMillisACommit, int mostMillisACommit) {
        leastMillis = leastMillisACommit;
        mostMillis = mostMillisACommit;
    }

    public void failing(double partLost, double partUnknown) {
        lost = partLost;
        unknown = partUnknown;
    }

    /** Plants a bug. */
    public void forgetting(double partForgotten) {
        forgotten = partForgotten;
    }
}
