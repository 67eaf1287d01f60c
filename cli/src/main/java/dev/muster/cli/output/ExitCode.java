package dev.muster.cli.output;

/** How a command tells its caller what came of it. Scripts rely on these numbers. */
public enum ExitCode {
    DONE(0),
    /** The job failed, or something inside Muster did. */
    FAILED(1),
    /** The command line or a file is wrong. */
    USAGE(2),
    NOT_FOUND(3),
    /** The controller does not answer. */
    UNREACHABLE(4),
    /** The controller answers, and says no: permission, conflict, quota, or a state that forbids it. */
    REFUSED(5),
    INTERRUPTED(130);

    private final int number;

    ExitCode(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }
}
