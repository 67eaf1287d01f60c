package dev.muster.cli.command;

import dev.muster.cli.output.Console;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * What surrounds a command: nothing in this package asks the process for it.
 *
 * @param variables the environment variables
 * @param workingDirectory relative paths of the command line start here
 * @param distribution the folder that holds {@code bin/} and {@code lib/}; empty when run from elsewhere
 * @param version of this program
 */
public record Environment(
        Console console,
        InputStream input,
        Map<String, String> variables,
        Path workingDirectory,
        InstantSource clock,
        ZoneId zone,
        RandomGenerator random,
        Optional<Path> distribution,
        String version) {

    public Environment {
        variables = Map.copyOf(variables);
    }

    /** A variable that is set and not empty. */
    public Optional<String> variable(String name) {
        return Optional.ofNullable(variables.get(name)).filter(value -> !value.isEmpty());
    }
}
