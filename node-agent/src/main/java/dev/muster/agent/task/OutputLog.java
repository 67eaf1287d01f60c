package dev.muster.agent.task;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The output of one rank on disk: the newest part, at most the limit, in two segments of half of it each. Positions count
 * the bytes since the first that was ever written. Safe for use from several threads.
 *
 * <p>When the disk takes no more, output is dropped and counted: neither the rank nor the agent waits for space.
 */
public final class OutputLog {
    private static final Logger LOG = LoggerFactory.getLogger(OutputLog.class);
    private static final int BLOCK_BYTES = 8192;
    private static final int LAST_BYTES = 2048;
    private static final int LAST_LINES = 20;

    private final Path newer;
    private final Path older;
    private final long segmentBytes;
    private final byte[] last = new byte[LAST_BYTES];
    private @Nullable FileChannel channel;
    private long seen;
    private long total;
    private long newerStart;
    private long olderStart;
    private long lostBytes;
    private boolean complete;

    private OutputLog(Path file, long limitBytes) {
        this.newer = file;
        this.older = file.resolveSibling(file.getFileName() + ".1");
        this.segmentBytes = Math.max(1, limitBytes / 2);
    }

    /** A log that begins now. */
    static OutputLog create(Path file, long limitBytes) throws IOException {
        OutputLog log = new OutputLog(file, limitBytes);
        Files.deleteIfExists(log.older);
        log.channel = open(file);
        return log;
    }

    /** A log that an earlier run left. */
    static OutputLog existing(Path file) throws IOException {
        OutputLog log = new OutputLog(file, 0);
        long olderBytes = Files.exists(log.older) ? Files.size(log.older) : 0;
        log.newerStart = olderBytes;
        log.total = olderBytes + Files.size(file);
        log.complete = true;
        return log;
    }

    synchronized void append(byte[] bytes, int count) {
        remember(bytes, count);
        try {
            if (channel == null) {
                channel = open(newer);
                newerStart = total;
                olderStart = total;
            }
            ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, count);
            while (buffer.hasRemaining()) {
                if (total - newerStart >= segmentBytes) {
                    rotate();
                }
                int room = (int) Math.min(buffer.remaining(), segmentBytes - (total - newerStart));
                int written = channel.write(buffer.slice(buffer.position(), room));
                buffer.position(buffer.position() + written);
                total += written;
            }
        } catch (IOException e) {
            if (lostBytes == 0) {
                LOG.warn("cannot keep output in {}: {}; output is dropped", newer, e.getMessage());
            }
            lostBytes += count;
        }
    }

    /** No more will come. */
    synchronized void complete() {
        complete = true;
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            LOG.warn("cannot close {}: {}", newer, e.getMessage());
        }
    }

    public synchronized boolean isComplete() {
        return complete;
    }

    /** How much could not be kept because the disk did not take it. */
    public synchronized long lostBytes() {
        return lostBytes;
    }

    /** The position after the newest byte. */
    public synchronized long end() {
        return total;
    }

    /** The position of the oldest byte that is kept. */
    public synchronized long start() {
        return olderStart;
    }

    /**
     * Reads from a position on into the buffer, so many bytes at most.
     *
     * @return how many bytes; 0 at the end
     */
    public synchronized int read(long position, byte[] buffer, int limit) throws IOException {
        if (position >= total || position < olderStart) {
            return 0;
        }
        boolean inNewer = position >= newerStart;
        long segmentEnd = inNewer ? total : newerStart;
        int room = (int) Math.min(limit, segmentEnd - position);
        try (FileChannel input = FileChannel.open(inNewer ? newer : older, StandardOpenOption.READ)) {
            int count = input.read(ByteBuffer.wrap(buffer, 0, room), position - (inNewer ? newerStart : olderStart));
            return Math.max(0, count);
        }
    }

    /** The position from which on there are so many lines; 0 lines: all that is kept. */
    public synchronized long tailStart(int lines) throws IOException {
        if (lines <= 0) {
            return olderStart;
        }
        long upper = total;
        int breaks = 0;
        while (upper > olderStart) {
            long floor = upper > newerStart ? newerStart : olderStart;
            byte[] block = new byte[(int) Math.min(BLOCK_BYTES, upper - floor)];
            long lower = upper - block.length;
            for (int i = read(lower, block, block.length) - 1; i >= 0; i--) {
                // The line break at the very end closes the last line, it does not begin another.
                if (block[i] == '\n' && lower + i < total - 1 && ++breaks == lines) {
                    return lower + i + 1;
                }
            }
            upper = lower;
        }
        return olderStart;
    }

    /** The last lines, bounded; for a message. */
    synchronized String lastLines() {
        int count = (int) Math.min(seen, LAST_BYTES);
        byte[] ordered = new byte[count];
        long firstPosition = seen - count;
        for (int i = 0; i < count; i++) {
            ordered[i] = last[(int) ((firstPosition + i) % LAST_BYTES)];
        }
        Deque<String> lines = new ArrayDeque<>();
        new String(ordered, StandardCharsets.UTF_8).lines().forEach(line -> {
            lines.addLast(line);
            if (lines.size() > LAST_LINES) {
                lines.removeFirst();
            }
        });
        return String.join("\n", lines);
    }

    private void remember(byte[] bytes, int count) {
        for (int i = Math.max(0, count - LAST_BYTES); i < count; i++) {
            last[(int) ((seen + i) % LAST_BYTES)] = bytes[i];
        }
        seen += count;
    }

    // Deletes before it renames: replacing by a rename makes some file systems write the old data out first.
    private void rotate() throws IOException {
        if (channel != null) {
            channel.close();
            channel = null;
        }
        Files.deleteIfExists(older);
        Files.move(newer, older);
        olderStart = newerStart;
        newerStart = total;
        channel = open(newer);
    }

    private static FileChannel open(Path file) throws IOException {
        return FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
    }
}
