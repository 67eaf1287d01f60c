package dev.muster.cli.local;

import dev.muster.cli.client.InputFile;
import dev.muster.cli.client.JobFiles;
import dev.muster.cli.client.JobSpecMessages;
import dev.muster.cli.output.CommandFailure;
import dev.muster.proto.v1.JobSpec;
import dev.muster.scheduler.job.JobFile;
import dev.muster.scheduler.job.Reading;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The example that the demo runs: a copy of its folder, so that runs of the demo never meet each other's files. */
final class DemoJob {

    private static final String EXAMPLE = "digits";
    private static final String JOB_FILE = "job.yaml";

    private DemoJob() {}

    /** Copies the example into {@code folder} and reads its job, checkpoints under {@code folder} too. */
    static JobSpec prepare(Distribution distribution, Path folder) {
        Path example = distribution.examples().resolve(EXAMPLE);
        Path copy = folder.resolve(EXAMPLE);
        copyFiles(example, copy);
        InputFile file = InputFile.read(
                copy.resolve(JOB_FILE).toString(), folder, InputStream.nullInputStream(), JobFile.MAX_BYTES);
        Reading<dev.muster.scheduler.job.JobSpec> reading = JobFiles.read(file);
        if (!reading.isSound()) {
            throw CommandFailure.problems(JobFiles.lines(file, reading.violations()));
        }
        JobSpec spec = JobSpecMessages.of(reading.value().orElseThrow());
        String checkpoints = folder.resolve("checkpoints").toString();
        return spec.toBuilder()
                .setCheckpoint(spec.getCheckpoint().toBuilder().setDirectory(checkpoints))
                .build();
    }

    private static void copyFiles(Path from, Path to) {
        if (!Files.isDirectory(from)) {
            throw CommandFailure.failed("the example is missing: " + from + "; install the distribution again");
        }
        try (Stream<Path> files = Files.list(from)) {
            Files.createDirectories(to);
            List<Path> plain = files.filter(Files::isRegularFile).toList();
            for (Path file : plain) {
                Files.write(to.resolve(from.relativize(file)), Files.readAllBytes(file));
            }
        } catch (IOException failure) {
            throw CommandFailure.failed("the example cannot be copied to " + to + ": " + failure.getMessage());
        }
    }
}
