package dev.muster.controller.loop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.controller.loop.FaultHandler.Fault;
import dev.muster.controller.store.Condition;
import dev.muster.controller.store.StoreWrite;
import dev.muster.controller.store.StoreWrite.Put;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** A loop turned by hand, over a store that answers when told, and what came of it. */
abstract class HeldLoop {

    static final Instant START = Instant.parse("2026-11-01T00:00:00Z");
    static final Condition LEADING = new Condition.ModifiedAt("/muster/v1/leader", 7);

    final HoldingStore store = new HoldingStore();
    final ManualClock clock = new ManualClock(START);
    final List<String> story = new ArrayList<>();
    final List<Fault> faults = new ArrayList<>();
    ManualEventLoop loop = loop(LoopSettings.DEFAULT);

    ManualEventLoop loop(LoopSettings settings) {
        return new ManualEventLoop(
                store, () -> false, () -> List.of(LEADING), faults::add, LoopListener.NONE, clock, settings);
    }

    CompletableFuture<String> submitWrites(StoreWrite... writes) {
        return loop.submit(
                "write", now -> Decision.decide().writeAll(List.of(writes)).answer("done"));
    }

    /** For those whose answer does not matter. */
    void write(StoreWrite... writes) {
        var unused = submitWrites(writes);
    }

    static StoreWrite[] manyWrites(String name, int count) {
        StoreWrite[] writes = new StoreWrite[count];
        for (int i = 0; i < count; i++) {
            writes[i] = put(name.replace(' ', '-') + i);
        }
        return writes;
    }

    static String key(String name) {
        return "/muster/v1/" + name;
    }

    static StoreWrite put(String name) {
        return put(name, "x");
    }

    static StoreWrite put(String name, String value) {
        return new Put(key(name), value.getBytes(UTF_8));
    }

    static void assertStopped(CompletableFuture<?> future) {
        assertThat(future)
                .failsWithin(Duration.ZERO)
                .withThrowableOfType(ExecutionException.class)
                .havingCause()
                .isInstanceOf(LoopException.Stopped.class)
                .satisfies(cause -> assertThat(cause.getMessage()).doesNotContain("\n"));
    }
}
