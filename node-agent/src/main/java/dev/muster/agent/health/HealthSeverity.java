package dev.muster.agent.health;

/** What a health event asks for; worst last. */
public enum HealthSeverity {
    /** Record only. */
    INFO,
    /** The job's processes die of it; the host stays. */
    JOB,
    /** Finish what runs, place nothing new. */
    SUBHEALTHY,
    /** The host must leave service now. */
    FATAL
}
