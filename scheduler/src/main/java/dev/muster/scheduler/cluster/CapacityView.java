package dev.muster.scheduler.cluster;

/** Which hosts count as having room, each view for another question. */
public enum CapacityView {
    /** What is free and not excluded: can it start now? */
    NOW(false, false),
    /** What is free, excluded or not: do only exclusions stand in the way? */
    LIFTED(false, true),
    /** All of each host that is not excluded: would it fit when everything has ended? */
    IDLE(true, false),
    /** All of each host: could it ever fit? */
    EMPTY(true, true);

    private final boolean ignoresUse;
    private final boolean ignoresExclusions;

    CapacityView(boolean ignoresUse, boolean ignoresExclusions) {
        this.ignoresUse = ignoresUse;
        this.ignoresExclusions = ignoresExclusions;
    }

    boolean ignoresUse() {
        return ignoresUse;
    }

    boolean ignoresExclusions() {
        return ignoresExclusions;
    }
}
