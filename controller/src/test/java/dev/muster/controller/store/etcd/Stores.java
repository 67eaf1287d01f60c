package dev.muster.controller.store.etcd;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.muster.controller.store.CommitResult;
import dev.muster.controller.store.CommitResult.Committed;
import dev.muster.controller.store.StateStore;
import dev.muster.controller.store.StoreWrite.Put;
import dev.muster.controller.store.Transaction;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Short words for tests that talk to a store. */
final class Stores {

    private Stores() {}

    static Transaction put(String name, String value) {
        return Transaction.of(new Put("/muster/v1/" + name, value.getBytes(UTF_8)));
    }

    static long commit(StateStore store, Transaction transaction) {
        CommitResult result = join(store.commit(transaction));
        if (result instanceof Committed committed) {
            return committed.revision();
        }
        throw new AssertionError("not committed: " + result);
    }

    static <T> T join(CompletableFuture<T> future) {
        try {
            return future.get(60, TimeUnit.SECONDS);
        } catch (ExecutionException failure) {
            throw new AssertionError("future failed", failure.getCause());
        } catch (InterruptedException | TimeoutException failure) {
            throw new AssertionError(failure);
        }
    }

    /** Why it failed; null where it did not. */
    static @Nullable Throwable failureOf(CompletableFuture<?> future) {
        try {
            future.get(60, TimeUnit.SECONDS);
            return null;
        } catch (ExecutionException failure) {
            return failure.getCause();
        } catch (InterruptedException | TimeoutException failure) {
            throw new AssertionError(failure);
        }
    }
}
