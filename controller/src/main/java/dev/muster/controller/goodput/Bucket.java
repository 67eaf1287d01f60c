package dev.muster.controller.goodput;

/** What allocated accelerator time was used for; every moment is in exactly one. In the order of reports. */
public enum Bucket {
    /** Steps that no earlier attempt had reached. */
    PRODUCTIVE("productive"),
    /**
     * From placement until every rank runs and, without a checkpoint, until the first progress; clearing up a failure.
     */
    STARTING("starting"),
    /** From all ranks running to the first progress of an attempt with a checkpoint, and steps back within one. */
    RESTORING("restoring"),
    /** Steps done before, lost with the attempt that did them. */
    RECOMPUTING("recomputing"),
    /** Blocked in saves. */
    CHECKPOINTING("checkpointing"),
    /** From the last progress until it was detected that there would be no more. */
    HUNG("hung"),
    /** Spares that wait beside the gang. */
    IDLE_SPARE("idleSpare"),
    /** From the request of a planned stop until the hosts are free. */
    DRAINING("draining"),
    /** Ranks run, but the job never reported progress. */
    UNKNOWN("unknown");

    private final String label;

    Bucket(String label) {
        this.label = label;
    }

    /** The name in reports and metrics. */
    public String label() {
        return label;
    }
}
