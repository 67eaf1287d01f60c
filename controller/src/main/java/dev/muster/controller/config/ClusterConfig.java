package dev.muster.controller.config;

import dev.muster.scheduler.cluster.ClusterFile;
import dev.muster.scheduler.cluster.ClusterSpec;
import dev.muster.scheduler.job.Reading;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Reads the cluster file that an admin gives the controller. */
public final class ClusterConfig {

    private static final ClusterSpec NO_LEVELS = new ClusterSpec(List.of(), List.of(), List.of(), List.of());

    private ClusterConfig() {}

    /** Without a file the cluster is flat: no levels, one queue, and the hosts that register. */
    public static ClusterSpec load(Optional<Path> file) throws ConfigProblem {
        if (file.isEmpty()) {
            return NO_LEVELS;
        }
        Reading<ClusterSpec> reading = ClusterFile.read(bytes(file.get()));
        if (reading.isSound()) {
            return reading.value().orElseThrow();
        }
        int more = reading.violations().size() - 1;
        throw new ConfigProblem("cluster file " + file.get() + ": "
                + reading.violations().get(0)
                + (more > 0 ? " (and " + more + " more; `muster validate " + file.get() + "` shows all)" : ""));
    }

    private static byte[] bytes(Path file) throws ConfigProblem {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(ClusterFile.MAX_BYTES + 1);
        } catch (NoSuchFileException missing) {
            throw new ConfigProblem("cluster file " + file + " does not exist; name another with --cluster");
        } catch (IOException problem) {
            throw new ConfigProblem("cluster file " + file + " cannot be read: " + problem.getMessage());
        }
    }
}
