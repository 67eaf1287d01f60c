package dev.muster.controller.grpc;

import dev.muster.controller.codec.LogLineCodec;
import dev.muster.controller.operations.JobOperations.LogListener;
import dev.muster.controller.operations.JobOperations.Subscription;
import dev.muster.proto.v1.LogLine;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Output of ranks to one client. The core sends only as much ahead as it was told has been consumed; the bound here is
 * for a core that does not.
 */
final class LogStream implements LogListener {

    static final int MAX_MESSAGES = 20_000;
    static final long MAX_BYTES = 32L * 1024 * 1024;

    private final BoundedQueue<LogLine> waiting = new BoundedQueue<>(MAX_MESSAGES, MAX_BYTES);
    private final SubscribedStream<LogLine> stream;

    LogStream(OpenStreams streams, Answers answers, ServerCallStreamObserver<LogLine> client) {
        this.stream = new SubscribedStream<>(streams, answers, client, waiting);
    }

    void open(Function<LogListener, CompletableFuture<Subscription>> subscribe) {
        stream.open(() -> subscribe.apply(this));
    }

    @Override
    public void data(int rank, byte[] bytes, Runnable consumed) {
        List<LogLine> lines = LogLineCodec.write(rank, bytes);
        int last = lines.size() - 1;
        for (int i = 0; i <= last; i++) {
            offer(new PacedStream.Outgoing<>(lines.get(i), i == last ? consumed : () -> {}));
        }
    }

    @Override
    public void notice(int rank, String text) {
        offer(PacedStream.Outgoing.of(LogLineCodec.writeNotice(rank, text)));
    }

    @Override
    public void ended() {
        stream.finish();
    }

    private void offer(PacedStream.Outgoing<LogLine> outgoing) {
        if (waiting.offer(outgoing)) {
            stream.wake();
        } else {
            stream.fail(Status.RESOURCE_EXHAUSTED.withDescription("the reader is too slow: " + waiting.describe()));
        }
    }
}
