package dev.muster.cli.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Programs written in shell, in place of the real controller and agent: they say what happens to them in a file. */
final class FakeDistribution {

    /** Makes its ready file, and waits for TERM or the end of its input. */
    private static final String WELL_BEHAVED = """
            #!/bin/bash
            echo "$@" >> "$(dirname "$0")/../arguments"
            for ((i = 1; i <= $#; i++)); do
              if [[ ${!i} == --ready-file ]]; then next=$((i + 1)); ready=${!next}; fi
            done
            name=$(basename "$ready")
            stories=$(dirname "$0")/../stories
            trap 'echo "$name stopped" >> "$stories"; exit 0' TERM
            echo "$name started" >> "$stories"
            touch "$ready"
            # A read that a signal may interrupt.
            while read -r -t 0.1 line; (($? > 128)); do :; done
            echo "$name lost its parent" >> "$stories"
            """;

    private final Path home;

    private FakeDistribution(Path home) {
        this.home = home;
    }

    static FakeDistribution wellBehaved(Path home) throws IOException {
        return of(home, WELL_BEHAVED, WELL_BEHAVED);
    }

    static FakeDistribution of(Path home, String controller, String agent) throws IOException {
        Files.createDirectories(home.resolve("bin"));
        write(home.resolve("bin/muster-controller"), controller);
        write(home.resolve("bin/muster-agent"), agent);
        return new FakeDistribution(home);
    }

    static String wellBehaved() {
        return WELL_BEHAVED;
    }

    private static void write(Path file, String script) throws IOException {
        Files.writeString(file, script);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    Distribution distribution() {
        return Distribution.of(Optional.of(home), Map.of());
    }

    List<String> stories() throws IOException {
        return Files.readAllLines(home.resolve("stories"));
    }

    List<String> arguments() throws IOException {
        return Files.readAllLines(home.resolve("arguments"));
    }
}
