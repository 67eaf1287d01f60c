package dev.muster.scheduler.simulation;

/** A trace cannot be used. The message is one line: what is wrong, the value, what to do. */
public final class TraceException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final long line;

    TraceException(long line, String problem) {
        super(problem);
        this.line = line;
    }

    /** Where in the trace, from 1. */
    public long line() {
        return line;
    }
}
