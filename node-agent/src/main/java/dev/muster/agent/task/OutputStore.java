package dev.muster.agent.task;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directories of runs: {@code jobs/UID/eEPOCH} with the output of each rank, the progress file and the working
 * directory, and {@code jobs/UID/checkpoint}, which survives attempts and which the agent never removes.
 *
 * <p>Of each job the newest attempts are kept, and of all together so many bytes; the oldest go first, running ones never.
 */
public final class OutputStore {
    private static final Logger LOG = LoggerFactory.getLogger(OutputStore.class);
    private static final String EPOCH_PREFIX = "e";

    private final Path jobs;
    private final int attemptsPerJob;
    private final long totalBytes;
    private final long bytesPerRank;

    /**
     * A store in this directory.
     *
     * @param attemptsPerJob how many attempts of a job are kept
     * @param totalBytes how much is kept of all ended attempts together
     * @param bytesPerRank how much output of one rank is kept
     */
    public OutputStore(Path dataDirectory, int attemptsPerJob, long totalBytes, long bytesPerRank) {
        this.jobs = dataDirectory.resolve("jobs");
        this.attemptsPerJob = attemptsPerJob;
        this.totalBytes = totalBytes;
        this.bytesPerRank = bytesPerRank;
    }

    Path runDirectory(RunKey key) {
        return jobs.resolve(key.jobUid()).resolve(EPOCH_PREFIX + key.epoch());
    }

    Path checkpointDirectory(RunKey key) {
        return jobs.resolve(key.jobUid()).resolve("checkpoint");
    }

    Path progressFile(RunKey key) {
        return runDirectory(key).resolve("progress");
    }

    Path workDirectory(RunKey key) {
        return runDirectory(key).resolve("work");
    }

    OutputLog create(RunKey key, int rank) throws IOException {
        return OutputLog.create(logFile(key, rank), bytesPerRank);
    }

    /** The output of a rank of an ended run, if it is still kept. */
    Optional<OutputLog> existing(RunKey key, int rank) throws IOException {
        Path file = logFile(key, rank);
        return Files.exists(file) ? Optional.of(OutputLog.existing(file)) : Optional.empty();
    }

    private Path logFile(RunKey key, int rank) {
        return runDirectory(key).resolve("rank-" + rank + ".log");
    }

    /** Removes what is beyond the bounds, oldest first. A failure costs disk space only, and is logged. */
    synchronized void prune(Predicate<RunKey> inUse) {
        try {
            List<Attempt> attempts = attempts();
            attempts.sort(Comparator.comparing(Attempt::changedMillis).reversed());
            Map<String, Integer> kept = new HashMap<>();
            long bytes = 0;
            for (Attempt attempt : attempts) {
                bytes += attempt.bytes();
                int count = kept.merge(attempt.key().jobUid(), 1, Integer::sum);
                if ((count > attemptsPerJob || bytes > totalBytes) && !inUse.test(attempt.key())) {
                    delete(attempt.directory());
                    bytes -= attempt.bytes();
                }
            }
        } catch (IOException e) {
            LOG.warn("cannot remove old output under {}: {}", jobs, e.getMessage());
        }
    }

    private List<Attempt> attempts() throws IOException {
        List<Attempt> attempts = new ArrayList<>();
        if (Files.isDirectory(jobs)) {
            for (Path job : children(jobs)) {
                for (Path directory : children(job)) {
                    attempt(job, directory).ifPresent(attempts::add);
                }
            }
        }
        return attempts;
    }

    private static Optional<Attempt> attempt(Path job, Path directory) throws IOException {
        String name = directory.getFileName().toString();
        try {
            if (!name.startsWith(EPOCH_PREFIX)) {
                return Optional.empty();
            }
            RunKey key =
                    new RunKey(job.getFileName().toString(), Long.parseLong(name.substring(EPOCH_PREFIX.length())));
            return Optional.of(new Attempt(
                    key, directory, Files.getLastModifiedTime(directory).toMillis(), size(directory)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static List<Path> children(Path directory) throws IOException {
        try (Stream<Path> stream = Files.list(directory)) {
            return stream.filter(Files::isDirectory).toList();
        }
    }

    private static long size(Path directory) throws IOException {
        long[] bytes = {0};
        Files.walkFileTree(directory, Set.of(), Integer.MAX_VALUE, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                bytes[0] += attributes.size();
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) {
                return FileVisitResult.CONTINUE;
            }
        });
        return bytes[0];
    }

    private static void delete(Path directory) throws IOException {
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, IOException failure) throws IOException {
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private record Attempt(RunKey key, Path directory, long changedMillis, long bytes) {}
}
