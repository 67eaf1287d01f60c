package dev.muster.cli.command;
import dev.muster.cli.output.ExitCode;
final class DemoCommand implements Command {
    DemoCommand(Environment environment) {}
    @Override public ExitCode run() { return ExitCode.DONE; }
}
