package dev.muster.cli.output;

import java.util.List;
import java.util.Objects;

/** Ends a command: an exit code and one line that says what, which value, and what to do next. */
public final class CommandFailure extends RuntimeException {

    private final ExitCode exitCode;
    private final transient List<String> problems;

    public CommandFailure(ExitCode exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
        this.problems = List.of();
    }

    public CommandFailure(ExitCode exitCode, String message, Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
        this.problems = List.of();
    }

    private CommandFailure(List<String> problems) {
        super(String.join("; ", problems));
        this.exitCode = ExitCode.USAGE;
        this.problems = List.copyOf(problems);
    }

    /** A file with problems, each of which gets a line of its own: {@code FILE:LINE: field: message}. */
    public static CommandFailure problems(List<String> lines) {
        return new CommandFailure(lines);
    }

    /** The command line or a file is wrong. */
    public static CommandFailure usage(String message) {
        return new CommandFailure(ExitCode.USAGE, message);
    }

    /** Something that should have worked did not. */
    public static CommandFailure failed(String message) {
        return new CommandFailure(ExitCode.FAILED, message);
    }

    /** One line; a failure is never without words. */
    @Override
    public String getMessage() {
        return Objects.requireNonNullElse(super.getMessage(), "no reason given");
    }

    /** The problems of a file; empty for every other failure. */
    public List<String> problems() {
        return problems;
    }

    public ExitCode exitCode() {
        return exitCode;
    }
}
