package dev.muster.controller.state;

import java.util.SortedSet;

/**
 * Why an attempt is being stopped, which decides what follows.
 *
 * @param hosts the hosts that must not be in the next attempt
 * @param message one line for people
 */
public record StopCause(Kind kind, SortedSet<String> hosts, String message) {

    /** In the order of what wins when several come together: a later one replaces an earlier one. */
    public enum Kind {
        /** Another job needs the hosts. */
        PREEMPTION,
        /** An operator empties a host. */
        DRAIN,
        /** A rank ended with an error of its own. */
        APPLICATION_FAILURE,
        /** No progress for too long. */
        HANG,
        /** A host has a device that is fatally broken, or was quarantined. */
        HOST_FAULT,
        /** A host does not answer. */
        HOST_LOST,
        /** It ran as long as it said it would at most. */
        WALLTIME,
        /** Its user asked. */
        CANCELLATION
    }
}
