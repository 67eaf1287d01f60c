package dev.muster.controller.loop;

import java.time.Duration;

/**
 * The bounds of a loop.
 *
 * @param queuedOperations waiting at once; the loop's own thread may queue as many again, so that consequences of what was
 *     begun are not turned away by newcomers
 * @param timers waiting at once
 * @param operationsPerTurn run before their writes are handed to the store
 * @param transactionsInFlight handed to the store and not durable yet; with more, operations wait
 * @param closeTimeout how long a closing loop works on what it has taken
 */
public record LoopSettings(
        int queuedOperations, int timers, int operationsPerTurn, int transactionsInFlight, Duration closeTimeout) {

    public static final LoopSettings DEFAULT = new LoopSettings(65_536, 1_000_000, 256, 64, Duration.ofSeconds(10));

    public LoopSettings {
        if (queuedOperations < 1 || timers < 1 || operationsPerTurn < 1 || transactionsInFlight < 1) {
            throw new IllegalArgumentException("a loop needs room for at least one of each; got " + queuedOperations
                    + ", " + timers + ", " + operationsPerTurn + ", " + transactionsInFlight);
        }
    }

    public LoopSettings withQueuedOperations(int operations) {
        return new LoopSettings(operations, timers, operationsPerTurn, transactionsInFlight, closeTimeout);
    }

    public LoopSettings withTransactionsInFlight(int transactions) {
        return new LoopSettings(queuedOperations, timers, operationsPerTurn, transactions, closeTimeout);
    }

    public LoopSettings withOperationsPerTurn(int operations) {
        return new LoopSettings(queuedOperations, timers, operations, transactionsInFlight, closeTimeout);
    }

    public LoopSettings withCloseTimeout(Duration timeout) {
        return new LoopSettings(queuedOperations, timers, operationsPerTurn, transactionsInFlight, timeout);
    }
}
