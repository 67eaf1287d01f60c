package dev.muster.scheduler.cluster;

/** Why a host takes no new work. What runs on it is another matter. */
public enum Exclusion {
    CORDONED,
    DRAINING,
    LOST,
    QUARANTINED,
    SUBHEALTHY,
    MAINTENANCE,
    /** Only for the request that asks to be kept off it. */
    AVOIDED
}
