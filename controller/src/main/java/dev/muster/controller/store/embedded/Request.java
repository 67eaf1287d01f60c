package dev.muster.controller.store.embedded;

import dev.muster.controller.store.StoreException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Work on the tables, and the future that hears of it once everything the work saw is durable. */
final class Request<R> {

    private final Function<Tables, R> work;
    private final long bytes;
    private final CompletableFuture<R> answer = new CompletableFuture<>();
    private @Nullable R result;
    private @Nullable StoreException refusal;

    Request(long bytes, Function<Tables, R> work) {
        this.bytes = bytes;
        this.work = work;
    }

    long bytes() {
        return bytes;
    }

    CompletableFuture<R> answer() {
        return answer;
    }

    /** Does the work; whatever goes wrong beyond a refusal is the store's end and comes out as an exception. */
    void run(Tables tables) {
        try {
            result = work.apply(tables);
        } catch (StoreException.LeaseNotFound | StoreException.Busy nothingWasDone) {
            refusal = nothingWasDone;
        }
    }

    void complete() {
        if (refusal != null) {
            answer.completeExceptionally(refusal);
        } else {
            answer.complete(result);
        }
    }

    void fail(StoreException reason) {
        answer.completeExceptionally(reason);
    }
}
