package dev.muster.controller.loop;

import dev.muster.controller.store.Condition;
import dev.muster.controller.store.StateStore;
import java.time.InstantSource;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What a loop works with.
 *
 * @param fence what must be true of the store for a commit of ours to count, such as that we still lead; asked once a turn,
 *     before anything else; throws {@link LoopException.NotLeading} when nothing may be done at all
 * @param clock should never jump, see {@link SteadyClock}
 * @param nanoTicker monotonic nanoseconds, for timers and measurements
 */
public record LoopPorts(
        StateStore store,
        Supplier<List<Condition>> fence,
        FaultHandler faults,
        LoopListener listener,
        InstantSource clock,
        LongSupplier nanoTicker) {}
