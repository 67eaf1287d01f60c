package dev.muster.agent.task;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which epochs of each job must not start here any more: all up to the newest one that was started or stopped. Kept on
 * disk, so that a command that was delayed over a restart of the agent finds the fence too. Nothing is forced to the
 * disk: when the kernel dies, every rank is dead with it.
 *
 * <p>Bounded: of so many jobs the ones not heard of for longest are forgotten.
 */
final class EpochFences {
    private static final Logger LOG = LoggerFactory.getLogger(EpochFences.class);
    private static final int MAX_JOBS = 4096;

    private final Path file;
    private final LinkedHashMap<String, Long> closedThrough = new LinkedHashMap<>();

    private EpochFences(Path file) {
        this.file = file;
    }

    static EpochFences load(Path file) throws IOException {
        EpochFences fences = new EpochFences(file);
        try {
            for (String line : Files.readAllLines(file)) {
                int space = line.indexOf(' ');
                // A line cut short by a full disk holds nothing that could be trusted.
                if (space > 0 && line.endsWith(".")) {
                    fences.closedThrough.put(
                            line.substring(0, space), Long.parseLong(line.substring(space + 1, line.length() - 1)));
                }
            }
        } catch (NoSuchFileException e) {
            // The first life.
        } catch (NumberFormatException e) {
            throw new IOException(file + " is damaged; remove it while no job runs", e);
        }
        return fences;
    }

    synchronized boolean isClosed(RunKey key) {
        return key.epoch() <= closedThrough.getOrDefault(key.jobUid(), Long.MIN_VALUE);
    }

    synchronized void close(RunKey key) {
        long through = Math.max(key.epoch(), closedThrough.getOrDefault(key.jobUid(), Long.MIN_VALUE));
        Long before = closedThrough.remove(key.jobUid());
        closedThrough.put(key.jobUid(), through);
        while (closedThrough.size() > MAX_JOBS) {
            closedThrough.remove(closedThrough.keySet().iterator().next());
        }
        if (before == null || before != through) {
            save();
        }
    }

    private void save() {
        StringBuilder text = new StringBuilder();
        for (Map.Entry<String, Long> entry : closedThrough.entrySet()) {
            text.append(entry.getKey()).append(' ').append(entry.getValue()).append(".\n");
        }
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        try {
            Files.writeString(fresh, text);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            // In memory it holds for this life, and the ranks of this life do not survive it.
            LOG.warn("cannot keep the fences in {}: {}", file, e.getMessage());
        }
    }
}
