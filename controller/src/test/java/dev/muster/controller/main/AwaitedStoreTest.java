package dev.muster.controller.main;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.muster.controller.config.ConfigProblem;
import dev.muster.controller.store.StateStore;
import dev.muster.controller.store.StoreException;
import dev.muster.controller.store.StoreWrite.Put;
import dev.muster.controller.store.Transaction;
import dev.muster.controller.store.embedded.EmbeddedSettings;
import dev.muster.controller.store.embedded.EmbeddedStateStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A controller's store that is away at first. */
@Timeout(60)
class AwaitedStoreTest {

    private static final String KEY = "/muster/v1/x";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private Path directory;

    /** Fails with each of these in turn, then opens for real. */
    private AwaitedStore.Opening failing(RuntimeException... failures) {
        Queue<RuntimeException> left = new ArrayDeque<>(List.of(failures));
        return () -> {
            RuntimeException next = left.poll();
            if (next != null) {
                throw next;
            }
            return real();
        };
    }

    private StateStore real() {
        return EmbeddedStateStore.open(directory, EmbeddedSettings.DEFAULT, System::nanoTime);
    }

    private static StoreException away() {
        return new StoreException.Unavailable("nobody listens", null);
    }

    private static AwaitedStore open(AwaitedStore.Opening opening) {
        return AwaitedStore.open("etcd://h:1", opening, new Random(1));
    }

    @Test
    void whatIsThereAtOnceIsUsedAtOnce() throws ConfigProblem {
        try (AwaitedStore store = open(failing())) {
            store.awaitFirstTry(PATIENCE);

            assertThat(store.awaited()).isEmpty();
            store.commit(Transaction.of(new Put(KEY, new byte[] {1}))).join();
            assertThat(store.get(KEY).join()).isPresent();
        }
    }

    @Test
    void untilItIsThereRequestsFailAsUnavailableAndThenTheyWork() throws ConfigProblem {
        CompletableFuture<StateStore> later = new CompletableFuture<>();
        AtomicInteger tries = new AtomicInteger();
        AwaitedStore.Opening opening = () -> {
            if (tries.incrementAndGet() < 3) {
                throw away();
            }
            return later.join();
        };
        try (AwaitedStore store = open(opening)) {
            store.awaitFirstTry(PATIENCE);

            assertThat(store.awaited()).hasValue("waits for the store etcd://h:1");
            assertThatThrownBy(() -> store.get(KEY).join())
                    .hasCauseInstanceOf(StoreException.Unavailable.class)
                    .hasMessageContaining("etcd://h:1");
            later.complete(real());
            await().atMost(PATIENCE).until(() -> store.awaited().isEmpty());
            assertThat(store.get(KEY).join()).isEmpty();
        }
    }

    @Test
    void whatWaitingDoesNotMendIsThrownAtOnce() {
        try (AwaitedStore store = open(failing(new StoreException.Refused("wrong password", null)))) {
            assertThatThrownBy(() -> store.awaitFirstTry(PATIENCE))
                    .isInstanceOf(StoreException.Refused.class)
                    .hasMessage("wrong password");
        }
    }

    @Test
    void whatWaitingDoesNotMendIsToldWhenItIsSeenLate() throws ConfigProblem {
        ConcurrentLinkedQueue<Throwable> told = new ConcurrentLinkedQueue<>();
        StoreException refused = new StoreException.Corrupt("another schema", null);
        try (AwaitedStore store = open(failing(away(), refused))) {
            store.awaitFirstTry(PATIENCE);
            store.onRefused(told::add);

            await().atMost(PATIENCE).untilAsserted(() -> assertThat(told).containsExactly(refused));
        }
    }

    @Test
    void whoIsClosedWhileItWaitsClosesWhatComesTooLate() throws ConfigProblem {
        CompletableFuture<StateStore> later = new CompletableFuture<>();
        CountDownLatch trying = new CountDownLatch(1);
        AwaitedStore store = open(() -> {
            trying.countDown();
            return later.join();
        });
        await().atMost(PATIENCE).until(() -> trying.getCount() == 0);
        store.close();
        assertThatThrownBy(() -> store.get(KEY).join()).hasCauseInstanceOf(StoreException.Closed.class);

        StateStore late = real();
        later.complete(late);

        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThatThrownBy(() -> late.get(KEY).join()).hasCauseInstanceOf(StoreException.Closed.class));
    }
}
