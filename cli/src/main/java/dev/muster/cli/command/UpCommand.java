package dev.muster.cli.command;
import dev.muster.cli.output.ExitCode;
final class UpCommand implements Command {
    UpCommand(Environment environment) {}
    @Override public ExitCode run() { return ExitCode.DONE; }
}
