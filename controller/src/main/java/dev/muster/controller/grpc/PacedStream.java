package dev.muster.controller.grpc;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The sending half of one stream, safe to use from any thread, that sends only while the client keeps up. What waits is
 * kept by its {@link Source}, which bounds it; gRPC itself would buffer without end.
 */
final class PacedStream<M> implements OpenStreams.Stoppable {

    /** What is to be sent next. Called under the stream's lock, so it must not call back. */
    interface Source<M> {
        Optional<Outgoing<M>> next();
    }

    /** A message and what to do once it has been handed to the transport. */
    record Outgoing<M>(M message, Runnable sent) {
        static <M> Outgoing<M> of(M message) {
            return new Outgoing<>(message, () -> {});
        }
    }

    private final ServerCallStreamObserver<M> observer;
    private final Source<M> source;
    private final Consumer<String> onClosed;
    private final Executor executor;
    private final AtomicBoolean woken = new AtomicBoolean();
    private final AtomicBoolean closedHeard = new AtomicBoolean();
    private volatile boolean closed;
    private @Nullable String finishing;

    /**
     * @param onClosed hears once why the stream ended, outside of any lock
     * @param executor sends, so that whoever has something to say need not
     */
    PacedStream(ServerCallStreamObserver<M> observer, Source<M> source, Consumer<String> onClosed, Executor executor) {
        this.observer = observer;
        this.source = source;
        this.onClosed = onClosed;
        this.executor = executor;
    }

    /** To be called before the service's method returns: gRPC takes handlers only until then. */
    void open() {
        observer.setOnReadyHandler(this::send);
        observer.setOnCancelHandler(() -> ended("the connection closed"));
    }

    boolean isClosed() {
        return closed;
    }

    /** There is something to send. Many calls may lead to one sending, but none is lost. */
    void wake() {
        if (!woken.compareAndSet(false, true)) {
            return;
        }
        try {
            executor.execute(this::send);
        } catch (RejectedExecutionException e) {
            // The server is stopping; what is left goes out from here.
            send();
        }
    }

    /** Sends what waits as far as the client keeps up. */
    private void send() {
        woken.set(false);
        List<Runnable> sent = new ArrayList<>();
        @Nullable String completed;
        try {
            completed = sendWhileReady(sent);
        } catch (RuntimeException e) {
            // Whether the message could not be made or not be sent, the client must not wait for it for ever.
            String why = "sending failed: " + e.getMessage();
            fail(Status.fromThrowable(e).withDescription(why));
            ended(why);
            return;
        }
        sent.forEach(Runnable::run);
        if (completed != null) {
            ended(completed);
        }
    }

    /** Returns why the stream has ended, if it has just ended well. */
    private synchronized @Nullable String sendWhileReady(List<Runnable> sent) {
        while (!closed && observer.isReady()) {
            Optional<Outgoing<M>> next = source.next();
            if (next.isPresent()) {
                observer.onNext(next.get().message());
                sent.add(next.get().sent());
            } else {
                if (finishing != null) {
                    closed = true;
                    observer.onCompleted();
                }
                return finishing;
            }
        }
        return null;
    }

    /** Ends the stream well after what waits. */
    void finish(String why) {
        synchronized (this) {
            finishing = why;
        }
        wake();
    }

    /** Ends the stream now; what waits is lost. */
    void fail(Status status) {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            observer.onError(status.asRuntimeException());
        }
        ended(String.valueOf(status.getDescription()));
    }

    @Override
    public void stop(Status status) {
        fail(status);
    }

    private void ended(String why) {
        closed = true;
        if (closedHeard.compareAndSet(false, true)) {
            onClosed.accept(why);
        }
    }
}
