package dev.muster.controller.loop;

/**
 * The one door for broken invariants. By the time it is called the loop takes no more operations and the state in memory is
 * worth nothing: whoever leads must stop leading and begin anew from the store.
 */
@FunctionalInterface
public interface FaultHandler {

    /** Called at most once, on the loop's thread. */
    void onFault(Fault fault);

    /**
     * What went wrong.
     *
     * @param operation the operation's name, or what else the loop was doing
     * @param message one line
     */
    record Fault(Kind kind, String operation, String message, Throwable cause) {
        public Fault {
            message = message.replaceAll("\\s+", " ");
        }
    }

    /** Where it went wrong. */
    enum Kind {
        /** An operation threw what is no refusal, or decided what cannot be stored. */
        OPERATION,
        /** An action threw. */
        ACTION,
        /** The store failed; what was in flight may or may not be stored. */
        STORE,
        /** A condition of a commit did not hold, or the lead was lost: somebody else leads. */
        CONFLICT
    }
}
