package dev.muster.controller.loop;

import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;

/**
 * One thread that owns the controller's state. Whatever wants to read or change it submits an operation.
 *
 * <p>Operations run one at a time in the order they were submitted. What each decides to store goes to the store together
 * with its neighbours; once that is durable its actions run and its future completes, in the same order. An operation
 * without writes waits for those before it, so nobody is told of anything that could still be lost.
 *
 * <p>Futures complete on the loop's thread: what is chained to them without an executor must be short and never block.
 * They fail with
 * <ul>
 *   <li>the {@link DeclaredRefusal} that the operation threw,
 *   <li>{@link LoopException.Busy} when too much is waiting; the operation has not run,
 *   <li>{@link LoopException.Stopped} after a fault or when the loop is closed; the operation may have happened if it ran.
 * </ul>
 */
public interface EventLoop {

    /**
     * Queues an operation; callable from any thread, never blocks.
     *
     * @param name a few words of low cardinality, for metrics and messages
     */
    <R> CompletableFuture<R> submit(String name, Operation<R> operation);

    /** As {@link #submit}, for those who wait for no answer: faults have their handler, and a loop that stopped is no news. */
    default void tell(String name, Operation<?> operation) {
        var unused = submit(name, operation);
    }

    /**
     * Queues the operation once the delay has passed on a monotonic clock. Its answer and its refusals go nowhere; to
     * repeat, it schedules itself anew. Throws {@link LoopException.Busy} where too many timers wait; on a stopped loop the
     * timer never fires.
     */
    <R> Timer schedule(String name, Duration delay, Operation<R> operation);

    /** Wall-clock time that never jumps; operations get it as a parameter. */
    InstantSource clock();

    /** Whether the caller is on the loop's thread, and so may touch the state. */
    boolean inLoop();
}
