package dev.muster.cli.command;

import dev.muster.cli.output.ExitCode;
import dev.muster.cli.output.VersionRendering;
import picocli.CommandLine.Mixin;

/** {@code muster version}: of this program; it asks nobody. */
final class VersionCommand implements Command {

    @Mixin
    private final CommonOptions options = new CommonOptions();

    private final Environment environment;

    VersionCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public ExitCode run() {
        new VersionRendering(environment.version(), Runtime.version().toString())
                .print(options.console(environment), options.format());
        return ExitCode.DONE;
    }
}
