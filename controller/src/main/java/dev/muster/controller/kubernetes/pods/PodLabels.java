package dev.muster.controller.kubernetes.pods;

/** By what this adapter knows its own objects again. */
public final class PodLabels {

    public static final String JOB = "muster.dev/job";
    public static final String JOB_UID = "muster.dev/job-uid";
    public static final String ATTEMPT = "muster.dev/attempt";
    public static final String RANK = "muster.dev/rank";

    /** The host as far as a label can hold it; whole in the annotation of this name. */
    public static final String HOST = "muster.dev/host";

    private PodLabels() {}
}
