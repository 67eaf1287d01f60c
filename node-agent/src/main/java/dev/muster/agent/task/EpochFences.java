package dev.muster.agent.task;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
    private static final Pattern LINE = Pattern.compile("(\\S+) (-?\\d{1,18})\\.");

    private final Path file;
    private final LinkedHashMap<String, Long> closedThrough = new LinkedHashMap<>();
    private int appended;

    private EpochFences(Path file) {
        this.file = file;
    }

    static EpochFences load(Path file) throws IOException {
        EpochFences fences = new EpochFences(file);
        try {
            for (String line : Files.readAllLines(file, StandardCharsets.ISO_8859_1)) {
                Matcher matcher = LINE.matcher(line);
                if (matcher.matches()) {
                    fences.raise(matcher.group(1), Long.parseLong(matcher.group(2)));
                }
            }
        } catch (NoSuchFileException e) {
            // The first life.
        }
        return fences;
    }

    synchronized boolean isClosed(RunKey key) {
        return key.epoch() <= closedThrough.getOrDefault(key.jobUid(), Long.MIN_VALUE);
    }

    synchronized void close(RunKey key) {
        if (!raise(key.jobUid(), key.epoch())) {
            return;
        }
        try {
            if (appended < MAX_JOBS) {
                appended++;
                Files.writeString(file, line(key.jobUid(), key.epoch()), CREATE, APPEND);
            } else {
                rewrite();
                appended = 0;
            }
        } catch (IOException e) {
            // In memory it holds for this life, and the ranks of this life do not survive it.
            LOG.warn("cannot keep the fences in {}: {}", file, e.getMessage());
        }
    }

    // Answers whether that is news. A job that is heard of moves to the end of those to forget.
    private boolean raise(String jobUid, long epoch) {
        Long before = closedThrough.remove(jobUid);
        closedThrough.put(jobUid, before == null ? epoch : Math.max(before, epoch));
        while (closedThrough.size() > MAX_JOBS) {
            closedThrough.remove(closedThrough.keySet().iterator().next());
        }
        return before == null || before < epoch;
    }

    private void rewrite() throws IOException {
        StringBuilder text = new StringBuilder();
        closedThrough.forEach((jobUid, epoch) -> text.append(line(jobUid, epoch)));
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.writeString(fresh, text);
        Files.move(fresh, file, ATOMIC_MOVE);
    }

    // Begins with a line break, so that a line that was cut short by a full disk spoils only itself.
    private static String line(String jobUid, long epoch) {
        return "\n" + jobUid + " " + epoch + ".";
    }
}
