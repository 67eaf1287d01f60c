package dev.muster.agent.device.kernel;

import dev.muster.agent.device.KernelLine;
import dev.muster.agent.time.Clocks;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows {@code /dev/kmsg} or a log file on a thread of its own, from which nothing else waits.
 *
 * <p>From {@code /dev/kmsg} comes everything since the kernel started, with identities, so that a restarted agent tells
 * of a fault that it or a former life saw under the same name. From a file comes what is appended from now on.
 */
public final class KernelLog implements AutoCloseable {
    public static final Path KERNEL_DEVICE = Path.of("/dev/kmsg");

    private static final Logger LOG = LoggerFactory.getLogger(KernelLog.class);
    /** The kernel refuses to hand a record to a reader with less room than the record needs. */
    private static final int RECORD_BYTES = 8192;

    private static final int LINE_CHARACTERS = 4096;
    private static final int FAILURE_LIMIT = 100;
    private static final long POLL_MILLIS = 250;

    private final Path source;
    private final Consumer<KernelLine> listener;
    private final Clocks clocks;
    private final String bootId;
    private final Object pause = new Object();
    private final Thread thread;
    private long position;
    private volatile boolean closed;

    private KernelLog(Path source, Consumer<KernelLine> listener, Clocks clocks, String bootId) {
        this.source = source;
        this.listener = listener;
        this.clocks = clocks;
        this.bootId = bootId;
        this.thread = new Thread(this::follow, "kernel-log");
        thread.setDaemon(true);
    }

    /**
     * Begins to follow. The listener is called from the thread of the log.
     *
     * @param bootId of the kernel; part of the identities
     */
    public static KernelLog follow(Path source, Consumer<KernelLine> listener, Clocks clocks, String bootId) {
        KernelLog log = new KernelLog(source, listener, clocks, bootId);
        // Measured before the thread starts: a line that is appended from now on is not missed.
        long start = source.equals(KERNEL_DEVICE) ? 0 : log.sizeOrZero();
        log.position = start;
        log.thread.start();
        return log;
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }

    private void follow() {
        try {
            if (source.equals(KERNEL_DEVICE)) {
                followDevice();
            } else {
                followFile();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            LOG.warn("cannot read the kernel log {}: {}; device errors in it go unseen", source, e.getMessage());
        }
    }

    private void followDevice() throws IOException {
        byte[] record = new byte[RECORD_BYTES];
        int failures = 0;
        try (InputStream input = Files.newInputStream(source)) {
            while (!closed) {
                int count;
                try {
                    count = input.read(record);
                } catch (IOException e) {
                    // The kernel overwrote what we had not read yet; the next read goes on with what is left.
                    if (++failures > FAILURE_LIMIT) {
                        throw e;
                    }
                    continue;
                }
                failures = 0;
                if (count < 0) {
                    return;
                }
                deviceLine(new String(record, 0, count, StandardCharsets.UTF_8)).ifPresent(listener);
            }
        }
    }

    /** {@code 6,339,5140900,-;message}: level, sequence, microseconds since boot. */
    private Optional<KernelLine> deviceLine(String record) {
        int messageStart = record.indexOf(';');
        String[] head = record.substring(0, Math.max(0, messageStart)).split(",", -1);
        if (head.length < 3) {
            return Optional.empty();
        }
        try {
            long sinceBootMillis = Long.parseLong(head[2]) / 1000;
            long bootMillis = clocks.wallMillis() - clocks.nanos() / 1_000_000;
            String text = record.substring(messageStart + 1).lines().findFirst().orElse("");
            return Optional.of(new KernelLine(bounded(text), bootMillis + sinceBootMillis, bootId + "-" + head[1]));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private void followFile() throws InterruptedException {
        StringBuilder partial = new StringBuilder();
        while (!closed) {
            try {
                long size = sizeOrZero();
                if (size < position) {
                    // Rotated or truncated: begin anew.
                    position = 0;
                    partial.setLength(0);
                }
                if (size > position) {
                    readAppended(partial);
                }
            } catch (IOException e) {
                LOG.debug("kernel log {}: {}", source, e.getMessage());
            }
            synchronized (pause) {
                pause.wait(POLL_MILLIS);
            }
        }
    }

    private void readAppended(StringBuilder partial) throws IOException {
        byte[] buffer = new byte[RECORD_BYTES];
        try (InputStream input = Files.newInputStream(source)) {
            input.skipNBytes(position);
            for (int count = input.read(buffer); count > 0; count = input.read(buffer)) {
                position += count;
                for (int i = 0; i < count; i++) {
                    if (buffer[i] == '\n') {
                        listener.accept(new KernelLine(partial.toString(), clocks.wallMillis(), ""));
                        partial.setLength(0);
                    } else if (partial.length() < LINE_CHARACTERS) {
                        partial.append((char) (buffer[i] & 0xff));
                    }
                }
            }
        }
    }

    private long sizeOrZero() {
        try {
            return Files.size(source);
        } catch (IOException e) {
            return 0;
        }
    }

    private static String bounded(String text) {
        return text.length() > LINE_CHARACTERS ? text.substring(0, LINE_CHARACTERS) : text;
    }
}
