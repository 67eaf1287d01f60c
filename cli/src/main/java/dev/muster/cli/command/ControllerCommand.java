package dev.muster.cli.command;

import dev.muster.cli.client.Controller;
import dev.muster.cli.client.JobReference;
import dev.muster.cli.output.Console;
import dev.muster.cli.output.ExitCode;
import dev.muster.cli.output.Rendering;
import java.time.Instant;
import picocli.CommandLine.Mixin;

/** A verb that asks a controller. */
abstract class ControllerCommand implements Command {

    @Mixin
    private final CommonOptions options = new CommonOptions();

    private final Environment environment;

    ControllerCommand(Environment environment) {
        this.environment = environment;
    }

    abstract ExitCode run(Controller controller) throws InterruptedException;

    @Override
    public final ExitCode run() throws InterruptedException {
        check();
        try (Controller controller = options.connect(environment)) {
            return run(controller);
        }
    }

    /** Refuses what can be refused before anybody is asked. */
    void check() {}

    final Environment environment() {
        return environment;
    }

    final CommonOptions options() {
        return options;
    }

    final Console console() {
        return options.console(environment);
    }

    final Instant now() {
        return environment.clock().instant();
    }

    final JobReference job(String word) {
        return JobReference.parse(word, options.namespace(environment));
    }

    final ExitCode print(Rendering rendering) {
        rendering.print(console(), options.format());
        return ExitCode.DONE;
    }
}
