package dev.muster.cli.local;

import dev.muster.cli.output.CommandFailure;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * One program of a local cluster, in a session of its own so that Ctrl-C in the terminal reaches only this process, which
 * then stops the others in order. Its standard input is a pipe from here: when this process is gone, however it went, the
 * pipe ends, and {@code --exit-with-parent} makes the program end with it.
 */
final class LocalProcess {

    private static final String EXIT_WITH_PARENT = "--exit-with-parent";
    private static final Path SETSID = Path.of("/usr/bin/setsid");
    private static final int TAIL_BYTES = 4096;

    private final String name;
    private final List<String> command;
    private final Path log;
    private final Path readyFile;
    private final Process process;

    private LocalProcess(String name, List<String> command, Path log, Path readyFile, Process process) {
        this.name = name;
        this.command = List.copyOf(command);
        this.log = log;
        this.readyFile = readyFile;
        this.process = process;
    }

    /** @param command the program and its arguments; it makes {@code readyFile} when it is ready */
    static LocalProcess start(String name, List<String> command, Path log, Path readyFile) {
        List<String> whole = new ArrayList<>();
        if (Files.isExecutable(SETSID)) {
            whole.add(SETSID.toString());
        }
        whole.addAll(command);
        whole.add(EXIT_WITH_PARENT);
        try {
            Process process = new ProcessBuilder(whole)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            return new LocalProcess(name, command, log, readyFile, process);
        } catch (IOException failure) {
            throw CommandFailure.failed(command.get(0) + " cannot be started: " + failure.getMessage());
        }
    }

    String name() {
        return name;
    }

    long pid() {
        return process.pid();
    }

    Path log() {
        return log;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    boolean isReady() {
        return Files.exists(readyFile);
    }

    /** Only once it has ended; 128 + signal where a signal ended it. */
    int exitCode() {
        return process.exitValue();
    }

    CompletableFuture<Process> onExit() {
        return process.onExit();
    }

    /** It, and everything it started that still runs. */
    List<ProcessHandle> family() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .toList();
    }

    /** As somebody types it to start the program again by hand. */
    String commandLine() {
        return String.join(" ", command.stream().map(LocalProcess::quoted).toList());
    }

    private static String quoted(String word) {
        return word.matches("[A-Za-z0-9_./:,=@%+-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }

    void terminate() {
        process.destroy();
    }

    /** {@code kill -9}. */
    void kill() {
        process.destroyForcibly();
    }

    /** Whether it ended in time. */
    boolean awaitEnd(Duration patience) throws InterruptedException {
        return process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** The last line it printed: mostly why it ended. */
    Optional<String> lastLine() {
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
            long from = Math.max(0, file.length() - TAIL_BYTES);
            byte[] tail = new byte[(int) (file.length() - from)];
            file.seek(from);
            file.readFully(tail);
            return new String(tail, StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank())
                    .reduce((before, last) -> last);
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }
}
