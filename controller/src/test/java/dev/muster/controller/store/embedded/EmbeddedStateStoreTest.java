package dev.muster.controller.store.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.controller.store.Change;
import dev.muster.controller.store.CommitResult;
import dev.muster.controller.store.Entry;
import dev.muster.controller.store.Lease;
import dev.muster.controller.store.RecordingListener;
import dev.muster.controller.store.StateStore;
import dev.muster.controller.store.StateStoreContract;
import dev.muster.controller.store.StoreException;
import dev.muster.controller.store.StoreWrite.Put;
import dev.muster.controller.store.Transaction;
import dev.muster.controller.store.WatchListener;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedStateStoreTest extends StateStoreContract {

    private static final int HISTORY = 100;

    private final FakeTicker ticker = new FakeTicker();

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path directory;

    @Override
    protected StateStore openStore() {
        return EmbeddedStateStore.open(
                directory.resolve("data"), EmbeddedSettings.DEFAULT.withHistoryChanges(HISTORY), ticker);
    }

    @Override
    protected void pass(Duration time) {
        ticker.pass(time);
    }

    @Override
    protected void forgetHistory() {
        for (int i = 0; i < HISTORY + 1; i++) {
            committed(put("/muster/v1/other", "" + i));
        }
    }

    @Test
    void whatWasCommittedIsThereAfterReopeningWithItsRevisions() {
        long created = committed(put(A, "1"), put(B, "1"));
        long changed = committed(put(A, "2"));

        reopen();

        assertThat(get(A)).contains(new Entry(A, bytes("2"), created, changed));
        assertThat(get(B)).contains(new Entry(B, bytes("1"), created, created));
        assertThat(committed(put(A, "3"))).isEqualTo(changed + 1);
    }

    @Test
    void aRestartRenewsLeasesAndThenTheyEndAsEver() {
        Lease lease = join(store.grant(Duration.ofSeconds(10)));
        committed(new Put(A, bytes("mine"), OptionalLong.of(lease.id())));
        pass(Duration.ofSeconds(9));

        reopen();

        pass(Duration.ofSeconds(9));
        assertThat(get(A)).isPresent();
        pass(Duration.ofSeconds(2));
        soon(() -> assertThat(get(A)).isEmpty());
    }

    @Test
    void aWatchFromARevisionThatIsNoLongerKeptIsToldTheOldestThatIs() {
        long first = committed(put(A, "0"));
        for (int i = 0; i < HISTORY + 10; i++) {
            committed(put(A, "" + i));
        }
        RecordingListener listener = new RecordingListener();
        store.watch(PREFIX, first, listener);
        soon(() -> assertThat(listener.compacted()).hasValue(first + 11));
        assertThat(listener.story()).isEmpty();

        reopen();
        RecordingListener afterRestart = new RecordingListener();
        store.watch(PREFIX, first + 11, afterRestart);
        soon(() -> assertThat(afterRestart.compacted()).hasValue(first + HISTORY + 11));
    }

    @Test
    void aListenerThatHangsDelaysNoCommitAndIsToldThatItFellBehind() {
        CountDownLatch hang = new CountDownLatch(1);
        RecordingListener told = new RecordingListener();
        store.watch(PREFIX, 1, new WatchListener() {
            @Override
            public void onChanges(List<Change> changes) {
                told.onChanges(changes);
                awaitQuietly(hang);
            }

            @Override
            public void onCompacted(long oldestRevision) {
                told.onCompacted(oldestRevision);
            }

            @Override
            public void onFailure(StoreException reason) {
                told.onFailure(reason);
            }
        });
        committed(put(A, "first"));
        soon(() -> assertThat(told.story()).hasSize(1));
        for (int i = 0; i < HISTORY * 2; i++) {
            committed(put(A, "" + i));
        }
        hang.countDown();

        soon(() -> assertThat(told.compacted()).isPresent());
        assertThat(told.story()).hasSize(1);
    }

    @Test
    void aFullQueueAnswersBusyAndWhatItHoldsIsStillDone() {
        store.close();
        CountDownLatch hang = new CountDownLatch(1);
        CountDownLatch hanging = new CountDownLatch(1);
        LongSupplier tickerThatHangs = () -> {
            hanging.countDown();
            awaitQuietly(hang);
            return 0;
        };
        store = EmbeddedStateStore.open(
                directory.resolve("small"), EmbeddedSettings.DEFAULT.withQueueRequests(4), tickerThatHangs);
        CompletableFuture<Optional<Entry>> first = store.get(A);
        awaitQuietly(hanging);
        List<CompletableFuture<CommitResult>> waiting = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            waiting.add(store.commit(Transaction.of(put(A, "" + i))));
        }

        assertFails(store.commit(Transaction.of(put(B, "too many"))), StoreException.Busy.class);
        hang.countDown();

        assertThat(join(first)).isEmpty();
        waiting.forEach(StateStoreContract::join);
        assertThat(get(A).map(Entry::value)).contains(bytes("3"));
        assertThat(get(B)).isEmpty();
    }

    @Test
    void aHundredThousandKeysSurviveReopening() {
        aHundredThousandKeysAreListedPageByPage();
        reopen();
        assertThat(listAll(PREFIX + "key/", 1_000)).hasSize(100_000);
    }

    @Test
    void theFileStaysSmallWhileTheSameKeysAreWrittenOverAndOver() throws Exception {
        byte[] value = new byte[300];
        List<CompletableFuture<CommitResult>> inFlight = new ArrayList<>();
        for (int i = 0; i < 40_000; i++) {
            inFlight.add(store.commit(Transaction.of(new Put(PREFIX + "churn/" + i % 1_000, value))));
            if (inFlight.size() == 256) {
                inFlight.forEach(StateStoreContract::join);
                inFlight.clear();
            }
        }
        inFlight.forEach(StateStoreContract::join);

        long bytes = Files.size(directory.resolve("data").resolve(DataDirectory.STORE_FILE));
        assertThat(bytes).as("12 MB were written into 0.3 MB of keys").isLessThan(64L << 20);
    }

    @Test
    void aFullDiskFailsTheCommitStopsTheStoreAndLosesNothingAcknowledged() {
        store.close();
        Path full = directory.resolve("full");
        QuotaFilePath.allow(1L << 20);
        store = EmbeddedStateStore.open(full, QuotaFilePath.PREFIX, EmbeddedSettings.DEFAULT, ticker);
        int acknowledged = commitUntilItFails();
        assertThat(acknowledged).isGreaterThan(0);
        assertFails(store.commit(Transaction.of(put(A, "later"))), StoreException.Unavailable.class);
        assertFails(store.get(A), StoreException.Unavailable.class);
        store.close();

        QuotaFilePath.allow(Long.MAX_VALUE);
        store = EmbeddedStateStore.open(full, QuotaFilePath.PREFIX, EmbeddedSettings.DEFAULT, ticker);

        for (int i = 0; i < acknowledged; i++) {
            assertThat(get(PREFIX + i)).isPresent();
        }
        committed(put(A, "goes on"));
    }

    private int commitUntilItFails() {
        for (int i = 0; i < 10_000; i++) {
            CompletableFuture<CommitResult> commit = store.commit(Transaction.of(new Put(PREFIX + i, new byte[1_000])));
            try {
                commit.get();
            } catch (ExecutionException failure) {
                assertThat(failure.getCause())
                        .isInstanceOf(StoreException.Unavailable.class)
                        .hasMessageContaining(DataDirectory.STORE_FILE)
                        .hasMessageContaining("No space left on device")
                        .hasMessageContaining("free space");
                return i;
            } catch (InterruptedException interrupted) {
                throw new AssertionError(interrupted);
            }
        }
        throw new AssertionError("the disk never filled up");
    }

    @Test
    void aDirectoryThatCannotBeMadeIsNamedWithTheReason() throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "not a directory");

        assertThatThrownBy(() -> EmbeddedStateStore.open(file, EmbeddedSettings.DEFAULT, ticker))
                .isInstanceOf(StoreException.Unavailable.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("not a directory")
                .hasMessageContaining("--data");
        assertThatThrownBy(() -> EmbeddedStateStore.open(file.resolve("below"), EmbeddedSettings.DEFAULT, ticker))
                .isInstanceOf(StoreException.Unavailable.class)
                .hasMessageContaining("--data");
    }

    private void reopen() {
        store.close();
        store = openStore();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }
}
