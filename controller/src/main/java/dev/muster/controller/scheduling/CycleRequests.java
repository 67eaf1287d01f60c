package dev.muster.controller.scheduling;

/** Remembers that the cluster changed in a way that may let a waiting job start; many changes are one request. */
public final class CycleRequests {

    private Runnable whenFirst = () -> {};
    private boolean requested;

    /** Whoever runs cycles says how one is begun. */
    public void bind(Runnable begin) {
        whenFirst = begin;
    }

    public void request() {
        if (!requested) {
            requested = true;
            whenFirst.run();
        }
    }

    /** The cycle that was requested runs now; what changes from here on asks for another. */
    public void taken() {
        requested = false;
    }
}
