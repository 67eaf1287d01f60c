package dev.muster.controller.store.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.controller.store.RecordingListener;
import dev.muster.controller.store.StateStore;
import dev.muster.controller.store.StateStoreContract;
import dev.muster.controller.store.Transaction;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class InMemoryStateStoreTest extends StateStoreContract {

    private static final int HISTORY = 100;

    private final FakeTicker ticker = new FakeTicker();

    @Override
    protected StateStore openStore() {
        return EmbeddedStateStore.inMemory(EmbeddedSettings.DEFAULT.withHistoryChanges(HISTORY), ticker);
    }

    @Override
    protected void forgetHistory() {
        for (int i = 0; i < HISTORY + 1; i++) {
            committed(put("/muster/v1/other", "" + i));
        }
    }

    @Override
    protected void pass(Duration time) {
        ticker.pass(time);
    }

    @Test
    void aSteppedStoreDoesNothingUntilItIsSteppedAndThenEverythingOnTheCallersThread() {
        try (EmbeddedStateStore stepped = EmbeddedStateStore.stepped(EmbeddedSettings.DEFAULT, ticker)) {
            RecordingListener listener = new RecordingListener();
            stepped.watch(PREFIX, 1, listener);
            var first = stepped.commit(Transaction.of(put(A, "1")));
            var second = stepped.commit(Transaction.of(put(A, "2")));
            assertThat(first).isNotDone();

            assertThat(stepped.step()).isTrue();

            assertThat(first).isDone();
            assertThat(second).isDone();
            assertThat(listener.story()).containsExactly("1+" + A, "2+" + A);
            assertThat(stepped.step()).isFalse();
        }
    }
}
