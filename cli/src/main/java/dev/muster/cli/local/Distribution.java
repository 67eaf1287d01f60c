package dev.muster.cli.local;

import dev.muster.cli.output.CommandFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The folder this program runs from.
 *
 * @param home holds {@code bin/}, {@code lib/} and {@code examples/}
 * @param examples where the examples are: a checkout's own, or the distribution's copy
 */
public record Distribution(Path home, Path examples) {

    /** @param variables {@code MUSTER_EXAMPLES} may name another folder of examples */
    public static Distribution of(Optional<Path> home, Map<String, String> variables) {
        Path found = home.filter(path -> Files.isExecutable(controllerIn(path)))
                .orElseThrow(() -> CommandFailure.failed("this needs the other programs of the distribution; run"
                        + " bin/muster of an installed distribution, or ./muster of a checkout"));
        String examples = variables.getOrDefault("MUSTER_EXAMPLES", "");
        return new Distribution(found, examples.isEmpty() ? found.resolve("examples") : Path.of(examples));
    }

    private static Path controllerIn(Path home) {
        return home.resolve("bin").resolve("muster-controller");
    }

    Path controller() {
        return controllerIn(home);
    }

    Path agent() {
        return home.resolve("bin").resolve("muster-agent");
    }
}
