package dev.muster.scheduler.job;

/** The bounds of what one job may ask for. */
public final class JobLimits {

    /** As many as the largest cluster has. */
    public static final int MAX_HOSTS = 1 << 20;

    public static final int MAX_RANKS = 1 << 24;
    public static final int MAX_ACCELERATORS_PER_HOST = 1_024;
    public static final int MAX_SLICES = 8;
    public static final int MAX_PRIORITY = 1_000_000;
    public static final int MAX_RESTARTS = 1_000_000;
    /** Of a name, a queue, a level: the length of a DNS label. */
    public static final int MAX_NAME_LENGTH = 63;

    public static final int MAX_PATH_LENGTH = 4_096;
    /** What Linux takes as one argument or environment entry, and half of what it commonly takes as both together. */
    public static final int MAX_ARGUMENT_BYTES = 128 << 10;

    public static final int MAX_COMMAND_BYTES = 256 << 10;
    public static final int MAX_ENVIRONMENT_BYTES = 256 << 10;
    public static final int MAX_POD_BYTES = 64 << 10;
    public static final int MAX_ARGUMENTS = 4_096;
    public static final int MAX_VARIABLES = 1_024;

    private JobLimits() {}
}
