package dev.muster.controller.state;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Why an attempt is being stopped, which decides what follows.
 *
 * @param hosts the hosts that must not be in the next attempt
 * @param message one line for people
 * @param blame who failed first; empty where no rank failed
 */
public record StopCause(Kind kind, SortedSet<String> hosts, String message, Optional<Blame> blame) {

    public StopCause {
        hosts = Collections.unmodifiableSortedSet(new TreeSet<>(hosts));
    }

    /** A cause that speaks against no host. */
    static StopCause of(Kind kind, String message) {
        return new StopCause(kind, Collections.emptySortedSet(), message, Optional.empty());
    }

    static StopCause of(Kind kind, String host, String message) {
        return new StopCause(kind, new TreeSet<>(Collections.singleton(host)), message, Optional.empty());
    }

    /** A failure that began somewhere. */
    static StopCause of(Kind kind, String message, Blame blame) {
        return new StopCause(kind, Collections.emptySortedSet(), message, Optional.of(blame));
    }

    /**
     * Both causes as one: the hosts of both, the stronger kind and its words. Of two failures of ranks the one whose
     * evidence weighs more, the earlier of equals. The same cause again changes nothing.
     */
    StopCause and(StopCause other) {
        TreeSet<String> union = new TreeSet<>(hosts);
        boolean moreHosts = union.addAll(other.hosts);
        if (other.kind.compareTo(kind) > 0) {
            return new StopCause(other.kind, union, other.message, other.blame.or(() -> blame));
        }
        if (other.kind == kind && other.outweighs(this)) {
            return new StopCause(kind, union, other.message, other.blame);
        }
        boolean adds = other.kind == kind && moreHosts;
        return new StopCause(kind, union, adds ? Wording.line(message + "; " + other.message) : message, blame);
    }

    private boolean outweighs(StopCause other) {
        return blame.isPresent()
                && other.blame.isPresent()
                && blame.get().weight().compareTo(other.blame.get().weight()) > 0;
    }

    /** In the order of what wins when several come together: a later one replaces an earlier one. */
    public enum Kind {
        /** Another job needs the hosts. */
        PREEMPTION,
        /** An operator empties a host. */
        DRAIN,
        /** A job that had to do with fewer hosts than it asked for can have more now. */
        GROWTH,
        /** A rank ended with an error of its own. */
        APPLICATION_FAILURE,
        /** Not every rank ran in time. */
        SLOW_START,
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
                case PREEMPTION, DRAIN, GROWTH, WALLTIME, CANCELLATION -> true;
                case APPLICATION_FAILURE, SLOW_START, HANG, HOST_FAULT, HOST_LOST -> false;
            };
        }

        /** Whether the gang gives all its hosts back when it has stopped, and is not placed again beside those that are left. */
        public boolean isForGood() {
            return switch (this) {
                case PREEMPTION, WALLTIME, CANCELLATION -> true;
                case DRAIN, GROWTH, APPLICATION_FAILURE, SLOW_START, HANG, HOST_FAULT, HOST_LOST -> false;
            };
        }
    }
}
