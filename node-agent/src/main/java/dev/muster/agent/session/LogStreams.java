package dev.muster.agent.session;

import com.google.protobuf.ByteString;
import dev.muster.agent.task.HostRuns;
import dev.muster.agent.task.OutputLog;
import dev.muster.agent.task.RunKey;
import dev.muster.proto.v1.LogRequest;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Streams output on request, as far as the requester's credit goes and the stream takes it. Works on a thread of its own,
 * because a disk may be slow; everything below runs there.
 */
final class LogStreams {
    private static final Logger LOG = LoggerFactory.getLogger(LogStreams.class);
    private static final int CHUNK_BYTES = 32 << 10;
    private static final int MAX_STREAMS = 64;
    private static final int CHUNKS_PER_TURN = 32;
    private static final long TURN_MILLIS = 50;

    private final HostRuns runs;
    private final ScheduledExecutorService executor;
    private final Map<Long, Stream> streams = new LinkedHashMap<>();
    private @Nullable ScheduledFuture<?> turns;

    LogStreams(HostRuns runs) {
        this.runs = runs;
        this.executor = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "logs");
            thread.setDaemon(true);
            return thread;
        });
    }

    void request(Link link, LogRequest request) {
        executor.execute(() -> open(link, request));
    }

    void credit(long requestId, long bytes) {
        executor.execute(() -> {
            Stream stream = streams.get(requestId);
            if (stream != null) {
                stream.credit = Math.max(0, stream.credit + bytes);
                turn();
            }
        });
    }

    void cancel(long requestId) {
        executor.execute(() -> streams.remove(requestId));
    }

    /** The link is gone, and with it who asked. */
    void cancelAll() {
        executor.execute(streams::clear);
    }

    private void open(Link link, LogRequest request) {
        long id = request.getRequestId();
        if (streams.size() >= MAX_STREAMS) {
            end(link, id, "this host already streams " + MAX_STREAMS + " outputs; try again later");
            return;
        }
        String which = "rank " + request.getRank() + " of " + request.getJobUid() + "/" + request.getEpoch();
        try {
            Optional<OutputLog> output =
                    runs.output(new RunKey(request.getJobUid(), request.getEpoch()), request.getRank());
            if (output.isEmpty()) {
                end(link, id, "no output of " + which + " is kept on this host");
                return;
            }
            OutputLog log = output.get();
            long start = log.tailStart(request.getTailLines());
            long until = request.getFollow() ? Long.MAX_VALUE : log.end();
            boolean cut = request.getTailLines() <= 0 && start > 0;
            streams.put(id, new Stream(link, id, log, start, until, request.getCreditBytes(), cut));
            turn();
        } catch (IOException | IllegalArgumentException e) {
            end(link, id, "cannot read the output of " + which + ": " + e.getMessage());
        }
    }

    private void turn() {
        streams.values().removeIf(stream -> {
            try {
                return stream.pump();
            } catch (IOException | RuntimeException e) {
                LOG.warn("log stream {}: {}", stream.id, e.toString());
                end(stream.link, stream.id, "cannot read the output: " + e.getMessage());
                return true;
            }
        });
        if (streams.isEmpty() && turns != null) {
            turns.cancel(false);
            turns = null;
        } else if (!streams.isEmpty() && turns == null) {
            turns = executor.scheduleWithFixedDelay(this::turn, TURN_MILLIS, TURN_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private static void end(Link link, long id, String notice) {
        link.send(Wire.log(id, ByteString.EMPTY, true, notice));
    }

    private static final class Stream {
        private final Link link;
        private final long id;
        private final OutputLog output;
        private final long until;
        private final byte[] buffer = new byte[CHUNK_BYTES];
        private long position;
        private long credit;
        private boolean cut;

        Stream(Link link, long id, OutputLog output, long position, long until, long credit, boolean cut) {
            this.link = link;
            this.id = id;
            this.output = output;
            this.position = position;
            this.until = until;
            this.credit = credit;
            this.cut = cut;
        }

        /** Sends what can be sent; answers whether everything has been sent. */
        boolean pump() throws IOException {
            for (int chunk = 0; chunk < CHUNKS_PER_TURN && link.isReady(); chunk++) {
                tellOfDropped();
                // Asked before reading: what is complete now cannot grow between the two.
                boolean complete = output.isComplete();
                int wanted = (int) Math.min(Math.min(credit, until - position), CHUNK_BYTES);
                int count = wanted <= 0 ? 0 : output.read(position, buffer, wanted);
                if (count > 0) {
                    link.send(Wire.log(id, ByteString.copyFrom(buffer, 0, count), false, ""));
                    position += count;
                    credit -= count;
                } else if (position >= until || (complete && position >= output.end())) {
                    end(link, id, lost());
                    return true;
                } else {
                    return false;
                }
            }
            return false;
        }

        private void tellOfDropped() {
            long start = output.start();
            if (position < start || cut) {
                link.send(Wire.log(id, ByteString.EMPTY, false, "older output was dropped"));
                position = Math.max(position, start);
                cut = false;
            }
        }

        private String lost() {
            return output.lostBytes() == 0
                    ? ""
                    : output.lostBytes() + " bytes of output could not be kept: the disk did not take them";
        }
    }
}
