package dev.muster.cli.local;

import dev.muster.cli.output.CommandFailure;
import dev.muster.cli.output.ExitCode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A tool that needs the controller's code, which this program does not have: {@code bin/muster-controller TOOL ...} as a
 * child that reads and prints where this process does. What the child prints is all that is printed, so its JSON stays
 * clean. Ctrl-C reaches both; whoever ends only this process ends the child too.
 */
public final class ControllerTool {

    private static final long STARTS_WITHIN_SECONDS = 5;

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
        // The hook first: whoever is told to end between the two would leave the child behind.
        CompletableFuture<Process> child = new CompletableFuture<>();
        Thread endsWithThis = new Thread(() -> end(child), "end-tool");
        Runtime.getRuntime().addShutdownHook(endsWithThis);
        Process process = start(command, child, endsWithThis);
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

    private static Process start(List<String> command, CompletableFuture<Process> child, Thread hook) {
        try {
            Process process = new ProcessBuilder(command).inheritIO().start();
            child.complete(process);
            return process;
        } catch (IOException failure) {
            child.completeExceptionally(failure);
            forget(hook);
            throw CommandFailure.failed(command.get(0) + " cannot be started: " + failure.getMessage());
        }
    }

    /** The child has the last word on the terminal, so this process waits for it. */
    private static void end(CompletableFuture<Process> child) {
        try {
            Process process = child.get(STARTS_WITHIN_SECONDS, TimeUnit.SECONDS);
            process.destroy();
            process.waitFor();
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException notStarted) {
            // There is nothing to end.
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
