package dev.muster.agent.process;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The kernel's list of processes, read from {@code /proc}. */
final class ProcessTable {
    private static final Path PROC = Path.of("/proc");
    private static final int ENVIRONMENT_LIMIT_BYTES = 8 << 20;
    // Fields of /proc/PID/stat, counted from the one after the name.
    private static final int STATE = 0;
    private static final int PARENT = 1;
    private static final int SESSION = 3;
    private static final int START = 19;

    /** Every process that has not died. */
    List<ProcessEntry> living() throws IOException {
        List<ProcessEntry> entries = new ArrayList<>();
        try (DirectoryStream<Path> directories = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path directory : directories) {
                read(Long.parseLong(directory.getFileName().toString()))
                        .filter(entry -> !entry.isDead())
                        .ifPresent(entries::add);
            }
        }
        return entries;
    }

    /** The process with this number now. */
    Optional<ProcessEntry> read(long pid) {
        try {
            return Optional.of(parse(pid, text(pid, "stat")));
        } catch (IOException | RuntimeException e) {
            // It ended while we looked.
            return Optional.empty();
        }
    }

    /** Whether the environment that the process started with holds a token that starts so. */
    boolean carries(long pid, String tokenPrefix) {
        String needle = RunToken.VARIABLE + "=" + tokenPrefix;
        try (InputStream input = Files.newInputStream(PROC.resolve(pid + "/environ"))) {
            String environment = new String(input.readNBytes(ENVIRONMENT_LIMIT_BYTES), StandardCharsets.ISO_8859_1);
            return environment.startsWith(needle) || environment.contains("\0" + needle);
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether the process has a handler of its own for the signal. */
    boolean catches(long pid, Signal signal) {
        try {
            for (String line : text(pid, "status").split("\n", -1)) {
                if (line.startsWith("SigCgt:")) {
                    long mask = Long.parseUnsignedLong(
                            line.substring("SigCgt:".length()).strip(), 16);
                    return (mask >>> (signal.number() - 1) & 1) == 1;
                }
            }
            return false;
        } catch (IOException | NumberFormatException e) {
            return false;
        }
    }

    private static String text(long pid, String file) throws IOException {
        return Files.readString(PROC.resolve(pid + "/" + file), StandardCharsets.ISO_8859_1);
    }

    private static ProcessEntry parse(long pid, String stat) {
        // The name may hold spaces and parentheses: it ends at the last one.
        int nameEnd = stat.lastIndexOf(')');
        String name = stat.substring(stat.indexOf('(') + 1, nameEnd);
        String[] fields = stat.substring(nameEnd + 2).strip().split(" ", -1);
        return new ProcessEntry(
                pid,
                Long.parseLong(fields[PARENT]),
                Long.parseLong(fields[SESSION]),
                Long.parseLong(fields[START]),
                fields[STATE].charAt(0),
                name);
    }
}
