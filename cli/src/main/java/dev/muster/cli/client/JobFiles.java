package dev.muster.cli.client;

import dev.muster.scheduler.job.CheckpointSpec;
import dev.muster.scheduler.job.JobFile;
import dev.muster.scheduler.job.JobSpec;
import dev.muster.scheduler.job.Reading;
import dev.muster.scheduler.job.TemplateSpec;
import dev.muster.scheduler.job.Violation;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Reads job files as their writers mean them: paths in them are relative to the file. */
public final class JobFiles {

    private JobFiles() {}

    /**
     * Reads a job. A working directory such as {@code .} starts at the file's folder, and a relative checkpoint directory at
     * the working directory; the controller knows neither folder.
     */
    public static Reading<JobSpec> read(InputFile file) {
        Path folder = Optional.ofNullable(file.path().toAbsolutePath().getParent())
                .orElse(file.path().toAbsolutePath());
        return JobFile.read(file.bytes(), job -> resolved(job, folder));
    }

    /** As {@code FILE:LINE: field: message}, one a line. */
    public static List<String> lines(InputFile file, List<Violation> violations) {
        return violations.stream().map(violation -> line(file, violation)).toList();
    }

    private static String line(InputFile file, Violation violation) {
        String line = violation.line().isPresent() ? ":" + violation.line().getAsInt() : "";
        String field = violation.field().isEmpty() ? "" : violation.field() + ": ";
        return file.name() + line + ": " + field + violation.message();
    }

    private static JobSpec resolved(JobSpec job, Path folder) {
        Optional<String> workingDirectory =
                job.template().workingDirectory().map(directory -> resolve(directory, folder));
        Optional<CheckpointSpec> checkpoint = job.checkpoint()
                .map(spec -> new CheckpointSpec(
                        workingDirectory
                                .map(base -> resolve(spec.directory(), Path.of(base)))
                                .orElse(spec.directory()),
                        spec.signal(),
                        spec.grace()));
        TemplateSpec template = new TemplateSpec(
                job.template().image(),
                job.template().command(),
                workingDirectory,
                job.template().env(),
                job.template().podJson());
        return new JobSpec(
                job.key(),
                job.queue(),
                job.priority(),
                job.gang(),
                job.topology(),
                job.walltime(),
                job.preemptible(),
                job.minRuntime(),
                checkpoint,
                job.restart(),
                template);
    }

    /** What no path can be is left for the validator to name. */
    private static String resolve(String directory, Path folder) {
        try {
            return directory.isBlank()
                    ? directory
                    : folder.resolve(directory).normalize().toString();
        } catch (InvalidPathException impossible) {
            return directory;
        }
    }
}
