package dev.muster.cli.endtoend;

import java.io.IOException;
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
}
