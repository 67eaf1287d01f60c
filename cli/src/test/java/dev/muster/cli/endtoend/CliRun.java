package dev.muster.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** One run of the {@code muster} command: what it printed and how it ended. */
record CliRun(int exitCode, String out, String err) {

    static CliRun of(ProcessBuilder builder, Path directory) {
        try {
            Path out = Files.createTempFile(directory, "cli", ".stdout");
            Path err = Files.createTempFile(directory, "cli", ".stderr");
            Process process = builder.redirectOutput(out.toFile())
                    .redirectError(err.toFile())
                    .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
                    .start();
            assertThat(process.waitFor(90, TimeUnit.SECONDS))
                    .as("%s ends", builder.command())
                    .isTrue();
            return new CliRun(process.exitValue(), Files.readString(out), Files.readString(err));
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }
}
