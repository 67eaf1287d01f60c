package dev.muster.cli.command;

import dev.muster.cli.fake.FakeController;
import dev.muster.cli.fake.Samples;
import dev.muster.cli.output.Console;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** Runs whole command lines in this process and keeps what they print. */
final class MusterRun {

    /** What came of one. */
    record Result(int exitCode, String out, String err) {}

    private final Map<String, String> variables = new TreeMap<>();
    private Path workingDirectory = Path.of("").toAbsolutePath();
    private InputStream input = InputStream.nullInputStream();
    private boolean terminal;

    /** A run whose commands ask this controller. */
    static MusterRun against(FakeController controller) {
        return new MusterRun().with("MUSTER_SERVER", controller.address());
    }

    MusterRun with(String variable, String value) {
        variables.put(variable, value);
        return this;
    }

    MusterRun in(Path directory) {
        workingDirectory = directory;
        return this;
    }

    MusterRun reading(String text) {
        input = new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    MusterRun onTerminal() {
        terminal = true;
        return this;
    }

    Result run(String... words) {
        return run(new ArrayList<>(List.of(words)));
    }

    Result run(List<String> words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Console console = new Console(
                new PrintStream(out, false, StandardCharsets.UTF_8),
                new PrintStream(err, false, StandardCharsets.UTF_8),
                terminal,
                terminal,
                false,
                () -> 100);
        Environment environment = new Environment(
                console,
                input,
                variables,
                workingDirectory,
                InstantSource.fixed(Samples.NOW),
                ZoneOffset.UTC,
                new SplittableRandom(7),
                Optional.empty(),
                "1.2.3");
        int exitCode = new Muster(environment).run(words).number();
        return new Result(exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
}
