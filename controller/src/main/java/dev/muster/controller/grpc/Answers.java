package dev.muster.controller.grpc;

import dev.muster.controller.codec.Problems;
import dev.muster.controller.operations.Refusal;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Answers calls once the core has: the core's thread only completes a future, and a thread of the server translates and
 * sends.
 */
final class Answers {

    private final Executor executor;
    private final Failures failures;

    Answers(Executor executor, Failures failures) {
        this.executor = executor;
        this.failures = failures;
    }

    Executor executor() {
        return executor;
    }

    Failures failures() {
        return failures;
    }

    <A, W> void answer(StreamObserver<W> caller, Supplier<CompletableFuture<A>> question, Function<A, W> write) {
        // Without a handler gRPC throws when an answer comes after its caller has gone.
        ((ServerCallStreamObserver<W>) caller).setOnCancelHandler(() -> {});
        CompletableFuture<A> answer;
        try {
            answer = question.get();
        } catch (RuntimeException e) {
            caller.onError(failures.statusOf(e).asRuntimeException());
            return;
        }
        var unused = answer.whenComplete(
                (value, failure) -> onServerThread(caller, () -> send(caller, value, failure, write)));
    }

    private <W> void onServerThread(StreamObserver<W> caller, Runnable sending) {
        try {
            executor.execute(sending);
        } catch (RejectedExecutionException e) {
            caller.onError(failures.statusOf(e).asRuntimeException());
        }
    }

    private <A, W> void send(
            StreamObserver<W> caller, @Nullable A value, @Nullable Throwable failure, Function<A, W> write) {
        Status status;
        if (failure != null) {
            status = failures.statusOf(failure);
        } else if (value == null) {
            status = failures.statusOf(new IllegalStateException("the core answered nothing"));
        } else {
            try {
                W message = write.apply(value);
                caller.onNext(message);
                caller.onCompleted();
                return;
            } catch (RuntimeException e) {
                status = failures.statusOf(e);
            }
        }
        caller.onError(status.asRuntimeException());
    }

    /** Refuses the request when reading it found problems. */
    static <R> R sound(R request, Problems problems) {
        if (!problems.none()) {
            throw new Refusal(Refusal.Kind.INVALID, problems.summary());
        }
        return request;
    }
}
