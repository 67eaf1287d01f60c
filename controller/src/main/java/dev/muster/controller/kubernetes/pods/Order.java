package dev.muster.controller.kubernetes.pods;

/** What is to become of a gang; each of them overtakes those before it. */
enum Order {
    /** Decided, but not durable yet: nothing is done. */
    NOTED,
    /** Whatever is missing is made and bound. */
    START,
    /** It ran when this controller took the lead: what is missing has been lost, and is not made again. */
    TAKEN_UP,
    /** Whatever lives is deleted. */
    STOP,
    /** The job has ended: the pods that ended stay, for their output. */
    KEEP,
    /** Nothing may be left. */
    GONE;

    boolean isEnding() {
        return compareTo(STOP) >= 0;
    }
}
