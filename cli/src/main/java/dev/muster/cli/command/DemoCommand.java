package dev.muster.cli.command;

import dev.muster.cli.local.DataDirectory;
import dev.muster.cli.local.Demo;
import dev.muster.cli.local.Distribution;
import dev.muster.cli.output.CommandFailure;
import dev.muster.cli.output.Console;
import dev.muster.cli.output.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code muster demo}. */
final class DemoCommand implements Command {

    @Mixin
    private final CommonOptions options = new CommonOptions();

    private final Environment environment;

    @Option(names = "--data", paramLabel = "DIR", description = "an empty or new folder for its files; they are kept")
    private @Nullable String data;

    @Option(names = "--keep", description = "keep its files")
    private boolean keep;

    DemoCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public ExitCode run() throws InterruptedException {
        Distribution distribution = Distribution.of(environment.distribution(), environment.variables());
        Path root = folder();
        boolean removed = data == null && !keep;
        try {
            return demo(distribution, DataDirectory.open(root));
        } catch (CommandFailure failure) {
            // What went wrong is best understood from the logs.
            removed = false;
            options.console(environment).error("its files are kept in {}", root);
            throw failure;
        } finally {
            if (removed) {
                remove(root);
            }
        }
    }

    private ExitCode demo(Distribution distribution, DataDirectory directory) throws InterruptedException {
        Console console = options.console(environment);
        return new Demo(console, environment.clock(), environment.zone(), environment.random(), distribution, directory)
                .run();
    }

    private Path folder() {
        try {
            if (data == null) {
                return Files.createTempDirectory("muster-demo-");
            }
            Path folder = environment
                    .workingDirectory()
                    .resolve(data)
                    .toAbsolutePath()
                    .normalize();
            if (Files.isDirectory(folder)) {
                try (Stream<Path> entries = Files.list(folder)) {
                    if (entries.findAny().isPresent()) {
                        throw CommandFailure.usage("--data is " + folder + ", which is not empty; name a new folder");
                    }
                }
            }
            return folder;
        } catch (IOException failure) {
            throw CommandFailure.failed("the demo has no place for its files: " + failure.getMessage());
        }
    }

    /** Only comfort: what cannot be removed stays in the temporary folder. */
    private static void remove(Path root) {
        try (Stream<Path> files = Files.walk(root)) {
            List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
            for (Path file : deepestFirst) {
                Files.deleteIfExists(file);
            }
        } catch (IOException stays) {
            // Said above.
        }
    }
}
