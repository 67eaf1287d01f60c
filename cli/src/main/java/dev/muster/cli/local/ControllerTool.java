package dev.muster.cli.local;

import dev.muster.cli.output.CommandFailure;
import dev.muster.cli.output.ExitCode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A tool that needs the controller's code, which this program does not have: {@code bin/muster-controller TOOL ...} as a
 * child that reads and prints where this process does. What the child prints is all that is printed, so its JSON stays
 * clean. Ctrl-C reaches both; whoever ends only this process ends the child too.
 */
public final class ControllerTool {

    private final Distribution distribution;
    private final String tool;

    /** @param tool the word that names it */
    public ControllerTool(Distribution distribution, String tool) {
        this.distribution = distribution;
        this.tool = tool;
    }

    /** Runs it to its end. */
    public ExitCode run(List<String> arguments) throws InterruptedException {
        List<String> command = new ArrayList<>(List.of(distribution.controller().toString(), tool));
        command.addAll(arguments);
        Process process = start(command);
        Thread endsWithThis = new Thread(() -> end(process), "end-tool");
        Runtime.getRuntime().addShutdownHook(endsWithThis);
        int code;
        try {
            code = process.waitFor();
        } finally {
            process.destroy();
            forget(endsWithThis);
        }
        return Arrays.stream(ExitCode.values())
                .filter(known -> known.number() == code)
                .findFirst()
                .orElseThrow(() -> CommandFailure.failed(tool + " ended with exit code " + code
                        + (code > 128 ? ", by signal " + (code - 128) : "") + "; run it again"));
    }

    private static Process start(List<String> command) {
        try {
            return new ProcessBuilder(command).inheritIO().start();
        } catch (IOException failure) {
            throw CommandFailure.failed(command.get(0) + " cannot be started: " + failure.getMessage());
        }
    }

    /** The child has the last word on the terminal, so this process waits for it. */
    private static void end(Process process) {
        process.destroy();
        try {
            process.waitFor();
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
        }
    }

    private static void forget(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException endsAlready) {
            // The hook runs, or has run.
        }
    }
}
