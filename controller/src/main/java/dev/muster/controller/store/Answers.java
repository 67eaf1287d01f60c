package dev.muster.controller.store;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** For those who may wait for the store: a controller that starts, and tools. */
public final class Answers {

    private Answers() {}

    /** Waits for the answer, or throws the {@link StoreException} that is it. */
    public static <T> T await(CompletableFuture<T> future) {
        try {
            return future.join();
        } catch (CompletionException failure) {
            if (failure.getCause() instanceof StoreException reason) {
                throw reason;
            }
            throw failure;
        }
    }
}
