package dev.muster.controller.grpc;

import com.google.protobuf.MessageLite;
import java.util.ArrayDeque;
import java.util.Optional;

/** Messages that wait for a client, up to a number of them and of bytes. */
final class BoundedQueue<M extends MessageLite> implements PacedStream.Source<M> {

    private final int maxMessages;
    private final long maxBytes;
    private final ArrayDeque<PacedStream.Outgoing<M>> waiting = new ArrayDeque<>();
    private long bytes;

    BoundedQueue(int maxMessages, long maxBytes) {
        this.maxMessages = maxMessages;
        this.maxBytes = maxBytes;
    }

    /** False when it is full, and then the message is not in it. An empty queue takes a message of any size. */
    synchronized boolean offer(PacedStream.Outgoing<M> outgoing) {
        long size = outgoing.message().getSerializedSize();
        if (waiting.size() >= maxMessages || (bytes + size > maxBytes && !waiting.isEmpty())) {
            return false;
        }
        waiting.add(outgoing);
        bytes += size;
        return true;
    }

    @Override
    public synchronized Optional<PacedStream.Outgoing<M>> next() {
        Optional<PacedStream.Outgoing<M>> next = Optional.ofNullable(waiting.poll());
        next.ifPresent(outgoing -> bytes -= outgoing.message().getSerializedSize());
        return next;
    }

    synchronized String describe() {
        return waiting.size() + " messages of " + bytes + " bytes wait";
    }
}
