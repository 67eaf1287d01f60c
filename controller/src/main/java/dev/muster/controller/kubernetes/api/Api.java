package dev.muster.controller.kubernetes.api;

/** What the three kinds have in common. */
public final class Api {

    public static final String GROUP = "muster.dev";
    public static final String VERSION = "v1alpha1";

    /** On a TrainingJob: Muster has still to stop its job before it may go. */
    public static final String JOB_FINALIZER = "muster.dev/job";

    /** On a TrainingJob, {@code "true"}: the job waits for its user. */
    public static final String HOLD_ANNOTATION = "muster.dev/hold";

    /** On a TrainingJob that Muster made for a job that came another way: the uid of that job. */
    public static final String JOB_UID_ANNOTATION = "muster.dev/job-uid";

    /** On a TrainingJob that Muster made: how its job came, {@code cli}. */
    public static final String SUBMITTED_BY_LABEL = "muster.dev/submitted-by";

    /** Who owns the fields that Muster applies. */
    public static final String FIELD_MANAGER = "muster";

    private Api() {}
}
