package dev.muster.controller.store.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.muster.controller.store.StoreWrite.Put;
import dev.muster.controller.store.Transaction;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;

/**
 * Commits without end, with several in flight, and prints each number once it is acknowledged. Transaction n puts n into
 * three keys that are always the same, and into one that is only its own.
 */
final class CommittingProgram {

    static final String ROOT = "/muster/v1/crash/";
    private static final int IN_FLIGHT = 32;

    private CommittingProgram() {}

    public static void main(String[] arguments) {
        EmbeddedStateStore store =
                EmbeddedStateStore.open(Path.of(arguments[0]), EmbeddedSettings.DEFAULT, System::nanoTime);
        ArrayDeque<CompletableFuture<Void>> inFlight = new ArrayDeque<>();
        for (long next = Long.parseLong(arguments[1]); ; next++) {
            long number = next;
            byte[] value = Long.toString(number).getBytes(UTF_8);
            inFlight.add(store.commit(Transaction.of(
                            new Put(ROOT + "a", value),
                            new Put(ROOT + "b", value),
                            new Put(ROOT + "c", value),
                            new Put(ROOT + "own/" + number, value)))
                    .thenAccept(result -> System.out.println(number)));
            if (inFlight.size() == IN_FLIGHT) {
                inFlight.remove().join();
            }
        }
    }
}
