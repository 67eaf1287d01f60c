package dev.muster.controller.grpc;

import dev.muster.controller.operations.JobOperations.Subscription;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A stream to a client that lasts as long as a subscription with the core: whichever ends first ends the other, even
 * when the client leaves before the core has answered.
 */
final class SubscribedStream<M> {

    private final OpenStreams streams;
    private final Failures failures;
    private final PacedStream<M> outbound;
    private @Nullable Subscription subscription;
    private boolean over;

    SubscribedStream(
            OpenStreams streams, Answers answers, ServerCallStreamObserver<M> client, PacedStream.Source<M> source) {
        this.streams = streams;
        this.failures = answers.failures();
        this.outbound = new PacedStream<>(client, source, why -> ended(), answers.executor());
    }

    void open(Supplier<CompletableFuture<Subscription>> subscribe) {
        outbound.open();
        streams.add(outbound);
        CompletableFuture<Subscription> answer;
        try {
            answer = subscribe.get();
        } catch (RuntimeException e) {
            outbound.fail(failures.statusOf(e));
            return;
        }
        var unused = answer.whenComplete((granted, failure) -> {
            if (granted != null) {
                keep(granted);
            } else {
                outbound.fail(failures.statusOf(failure));
            }
        });
    }

    void wake() {
        outbound.wake();
    }

    void finish() {
        outbound.finish("the core has no more to say");
    }

    void fail(Status status) {
        outbound.fail(status);
    }

    private void keep(Subscription granted) {
        boolean tooLate;
        synchronized (this) {
            subscription = granted;
            tooLate = over;
        }
        if (tooLate) {
            granted.close();
        }
    }

    private void ended() {
        streams.remove(outbound);
        Subscription granted;
        synchronized (this) {
            over = true;
            granted = subscription;
        }
        if (granted != null) {
            granted.close();
        }
    }
}
