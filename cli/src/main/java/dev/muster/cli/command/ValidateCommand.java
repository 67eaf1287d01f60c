package dev.muster.cli.command;
import dev.muster.cli.output.ExitCode;
final class ValidateCommand implements Command {
    ValidateCommand(Environment environment) {}
    @Override public ExitCode run() { return ExitCode.DONE; }
}
