package dev.muster.controller.store.etcd;

import dev.muster.controller.store.StoreException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** What one caller asked for, and the future that hears of it. */
class Request<R> {

    /** Asks etcd and waits for its answer. */
    interface Work<R> {
        R run() throws ExecutionException;
    }

    private final long bytes;
    private final Work<R> work;
    private final CompletableFuture<R> answer = new CompletableFuture<>();

    Request(long bytes, Work<R> work) {
        this.bytes = bytes;
        this.work = work;
    }

    long bytes() {
        return bytes;
    }

    CompletableFuture<R> answer() {
        return answer;
    }

    /** Throws where etcd is not to be had; a refusal is an answer. */
    void run() throws ExecutionException {
        try {
            answer.complete(work.run());
        } catch (StoreException.LeaseNotFound | StoreException.TooLarge nothingWasDone) {
            answer.completeExceptionally(nothingWasDone);
        }
    }

    void fail(StoreException reason) {
        answer.completeExceptionally(reason);
    }
}
