package dev.muster.cli.main;

import dev.muster.cli.command.Muster;
import dev.muster.cli.output.ExitCode;
import java.util.List;
import java.util.stream.Stream;

/**
 * Runs the commands that people run most, one after the other in one process, so that the archive of loaded classes which
 * the virtual machine writes at its end holds the classes of all of them. Part of the build; see the script beside it.
 */
public final class ArchiveTraining {

    private ArchiveTraining() {}

    /** @param arguments the address of a controller, or of nobody, and a job file */
    public static void main(String[] arguments) {
        List<String> server = List.of("--server", arguments[0]);
        String jobFile = arguments[1];
        Muster muster = new Muster(Main.environment());
        List<List<String>> commands = List.of(
                List.of("version"),
                List.of("--help"),
                List.of("list"),
                List.of("list", "-o", "json"),
                List.of("list", "-o", "yaml"),
                List.of("nodes"),
                List.of("queues"),
                List.of("topology"),
                List.of("top"),
                List.of("show", "trained"),
                List.of("explain", "trained"),
                List.of("events", "trained"),
                List.of("goodput", "trained"),
                List.of("logs", "trained"),
                List.of("cancel", "trained"),
                List.of("validate", jobFile),
                List.of("submit", jobFile, "--dry-run"));
        for (List<String> command : commands) {
            List<String> words = command.contains("--help")
                    ? command
                    : Stream.concat(command.stream(), server.stream()).toList();
            // Most fail, without such a job or even a controller; their classes are loaded all the same.
            ExitCode end = muster.run(words);
            System.err.println(String.join(" ", command) + ": " + end);
        }
    }
}
