package dev.muster.cli.simulation;

import dev.muster.cli.output.CommandFailure;
import dev.muster.scheduler.simulation.JobTimes;
import dev.muster.scheduler.simulation.TraceException;
import dev.muster.scheduler.simulation.TraceJob;
import dev.muster.scheduler.simulation.TraceReader;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/** Traces as they are read, and what became of their jobs as it is written. */
public final class TraceFiles {

    private static final String HEADER = "job_id,submit_s,start_s,end_s,queue_s,gpus,hosts,preemptions\n";

    private TraceFiles() {}

    /** Reads a trace line by line, packed with gzip where its name ends so. */
    public static List<TraceJob> read(String name, Path folder) {
        Path path = folder.resolve(name);
        if (!Files.isRegularFile(path)) {
            throw CommandFailure.usage(name + ": there is no such file; check the path");
        }
        try (InputStream file = Files.newInputStream(path);
                InputStream plain = name.endsWith(".gz") ? new GZIPInputStream(file) : file;
                BufferedReader lines = new BufferedReader(new InputStreamReader(plain, StandardCharsets.UTF_8))) {
            return TraceReader.read(new BoundedLines(lines, TraceReader.MAX_LINE_LENGTH));
        } catch (TraceException problem) {
            throw CommandFailure.usage(name + ":" + problem.line() + ": " + problem.getMessage());
        } catch (IOException | UncheckedIOException failure) {
            Throwable cause = Optional.ofNullable(failure.getCause()).orElse(failure);
            throw CommandFailure.usage(
                    name + " cannot be read: " + cause.getMessage() + "; is it whole, and is it gzip?");
        }
    }

    /** Writes a row for each job. */
    public static void write(List<JobTimes> jobs, Path file) throws IOException {
        try (Writer out = Files.newBufferedWriter(file)) {
            out.write(HEADER);
            for (JobTimes times : jobs) {
                out.write(times.job().id() + "," + times.job().submitSeconds() + "," + times.startSeconds() + ","
                        + times.endSeconds() + "," + times.queueSeconds() + ","
                        + times.job().accelerators() + ","
                        + times.hosts() + "," + times.preemptions() + "\n");
            }
        }
    }
}
