package dev.muster.scheduler.document;

/** A text that is no document at all: broken syntax, duplicate keys, or past a bound. The message is one line. */
public final class DocumentException extends Exception {

    private static final long serialVersionUID = 1L;

    private final int line;
    private final String reason;

    public DocumentException(int line, String message) {
        super(message);
        this.line = line;
        this.reason = message;
    }

    /** The message, which is never absent. */
    public String reason() {
        return reason;
    }

    /** Where in the text, from 1. */
    public int line() {
        return line;
    }
}
