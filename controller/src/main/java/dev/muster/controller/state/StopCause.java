package dev.muster.controller.state;

import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Why an attempt is being stopped, which decides what follows.
 *
 * @param hosts the hosts that must not be in the next attempt
 * @param message one line for people
 */
public record StopCause(Kind kind, SortedSet<String> hosts, String message) {

    public StopCause {
        hosts = Collections.unmodifiableSortedSet(new TreeSet<>(hosts));
    }

    /** A cause that speaks against no host. */
    static StopCause of(Kind kind, String message) {
        return new StopCause(kind, Collections.emptySortedSet(), message);
    }

    static StopCause of(Kind kind, String host, String message) {
        return new StopCause(kind, new TreeSet<>(Collections.singleton(host)), message);
    }

    /**
     * Both causes as one: the hosts of both, the stronger kind and its words. The same cause again changes nothing.
     */
    StopCause and(StopCause other) {
        TreeSet<String> union = new TreeSet<>(hosts);
        boolean moreHosts = union.addAll(other.hosts);
        if (other.kind.compareTo(kind) > 0) {
            return new StopCause(other.kind, union, other.message);
        }
        boolean adds = other.kind == kind && moreHosts;
        return new StopCause(kind, union, adds ? Wording.line(message + "; " + other.message) : message);
    }

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
        CANCELLATION;

        /**
         * Whether the gang is whole until it is stopped, so that it can still save its state. The others are found out
         * when ranks are broken or stuck already.
         */
        public boolean isPlanned() {
            return switch (this) {
                case PREEMPTION, DRAIN, WALLTIME, CANCELLATION -> true;
                case APPLICATION_FAILURE, HANG, HOST_FAULT, HOST_LOST -> false;
            };
        }

        /** Whether the gang gives all its hosts back when it has stopped, and is not placed again beside those that are left. */
        public boolean isForGood() {
            return switch (this) {
                case PREEMPTION, WALLTIME, CANCELLATION -> true;
                case DRAIN, APPLICATION_FAILURE, HANG, HOST_FAULT, HOST_LOST -> false;
            };
        }
    }
}
