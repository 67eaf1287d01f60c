package dev.muster.scheduler.simulation;

/** An outcome that breaks a rule; the message says which job, what it is and what was expected. */
final class BrokenRule extends RuntimeException {

    private static final long serialVersionUID = 1L;

    BrokenRule(String message) {
        super(message);
    }

    static void need(boolean kept, String message) {
        if (!kept) {
            throw new BrokenRule(message);
        }
    }

    /** The message, which is never absent. */
    String reason() {
        String message = getMessage();
        return message == null ? "broken" : message;
    }
}
