package dev.muster.cli.endtoend;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Looks at processes as the kernel sees them. */
final class Processes {

    private Processes() {}

    /** Whether a process with this id exists and is not a zombie. */
    static boolean isAlive(String pid) {
        try {
            String stat = Files.readString(Path.of("/proc", pid.trim(), "stat"));
            return stat.charAt(stat.lastIndexOf(')') + 2) != 'Z';
        } catch (IOException gone) {
            return false;
        }
    }

    /** All its words; empty when it has gone. The JDK leaves out lines longer than a page, as those with many jars are. */
    static String commandLine(long pid) {
        try {
            return Files.readString(Path.of("/proc", String.valueOf(pid), "cmdline"), StandardCharsets.ISO_8859_1)
                    .replace('\0', ' ');
        } catch (IOException gone) {
            return "";
        }
    }
}
