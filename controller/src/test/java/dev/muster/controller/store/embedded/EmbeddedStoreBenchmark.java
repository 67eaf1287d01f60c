package dev.muster.controller.store.embedded;

import dev.muster.controller.store.StoreWrite.Put;
import dev.muster.controller.store.Transaction;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;

/** Measures commits and the growth of the file; run by hand: {@code EmbeddedStoreBenchmark DIRECTORY}. */
final class EmbeddedStoreBenchmark {

    private static final int VALUE_BYTES = 300;
    private static final int KEYS = 10_000;

    private EmbeddedStoreBenchmark() {}

    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[0]);
        try (EmbeddedStateStore store =
                EmbeddedStateStore.open(directory, EmbeddedSettings.DEFAULT, System::nanoTime)) {
            measure(store, directory, 2_000, 64);
            measure(store, directory, 5_000, 1);
            measure(store, directory, 50_000, 64);
            measure(store, directory, 200_000, 1_024);
            for (int round = 0; round < 5; round++) {
                measure(store, directory, 200_000, 1_024);
            }
        }
        long began = System.nanoTime();
        EmbeddedStateStore.open(directory, EmbeddedSettings.DEFAULT, System::nanoTime)
                .close();
        System.out.printf("reopened and checked in %d ms%n", (System.nanoTime() - began) / 1_000_000);
    }

    private static void measure(EmbeddedStateStore store, Path directory, int commits, int inFlightBound)
            throws Exception {
        long[] micros = new long[commits];
        ArrayDeque<CompletableFuture<?>> inFlight = new ArrayDeque<>();
        long began = System.nanoTime();
        for (int i = 0; i < commits; i++) {
            int number = i;
            long sent = System.nanoTime();
            String key = "/muster/v1/benchmark/" + (i * 7_919L) % KEYS;
            inFlight.add(store.commit(Transaction.of(new Put(key, new byte[VALUE_BYTES])))
                    .thenAccept(done -> micros[number] = (System.nanoTime() - sent) / 1_000));
            if (inFlight.size() == inFlightBound) {
                inFlight.remove().get();
            }
        }
        for (CompletableFuture<?> rest : inFlight) {
            rest.get();
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        Arrays.sort(micros);
        System.out.printf(
                "%7d commits, %4d in flight: %8.0f/s, median %6d us, p99 %6d us, file %4d MiB%n",
                commits,
                inFlightBound,
                commits / seconds,
                micros[commits / 2],
                micros[commits / 100 * 99],
                Files.size(directory.resolve(DataDirectory.STORE_FILE)) >> 20);
    }
}
