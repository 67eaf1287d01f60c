package dev.muster.controller.tool;

/** Ends a tool: one line that says what, which value and what to do next, and the exit code that scripts rely on. */
public final class ToolFailure extends RuntimeException {

    static final int FAILED = 1;
    static final int USAGE = 2;

    private final int exitCode;

    private ToolFailure(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    /** The command line or a file is wrong. */
    static ToolFailure usage(String message) {
        return new ToolFailure(USAGE, message);
    }

    /** Something that should have worked did not. */
    static ToolFailure failed(String message) {
        return new ToolFailure(FAILED, message);
    }

    int exitCode() {
        return exitCode;
    }
}
