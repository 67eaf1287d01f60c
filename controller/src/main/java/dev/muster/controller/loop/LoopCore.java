package dev.muster.controller.loop;

import dev.muster.controller.loop.FaultHandler.Fault;
import dev.muster.controller.loop.FaultHandler.Kind;
import dev.muster.controller.store.CommitResult;
import dev.muster.controller.store.Condition;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything of a loop but its thread: whoever calls {@link #turn} is the loop's thread while it lasts.
 *
 * <p>A turn completes what has become durable, then runs the next operations and hands their writes to the store, in as few
 * transactions as the store's limits allow and never one operation's writes in two. Transactions are pipelined: the store
 * applies them in order and, once one fails, applies none of those after it.
 */
final class LoopCore implements EventLoop {

    private static final Logger log = LoggerFactory.getLogger(LoopCore.class);

    private final LoopPorts ports;
    private final LoopSettings settings;
    private final Inbox inbox;
    /** Handed to the store, or without writes behind such; the oldest first. */
    private final ArrayDeque<Batch> inFlight = new ArrayDeque<>();
    /** Taken from the inbox in this turn and not run yet. */
    private final ArrayDeque<Task<?>> taken = new ArrayDeque<>();

    private @Nullable Batch open;
    private volatile @Nullable Thread turning;
    private volatile boolean stopped;

    LoopCore(LoopPorts ports, LoopSettings settings) {
        this.ports = ports;
        this.settings = settings;
        inbox = new Inbox(settings, ports.nanoTicker());
    }

    @Override
    public <R> CompletableFuture<R> submit(String name, Operation<R> operation) {
        Task<R> task = new Task<>(name, operation);
        LoopException refused = inbox.offer(task, inLoop());
        if (refused != null) {
            if (refused instanceof LoopException.Busy) {
                ports.listener().onBusy(name);
            }
            task.fail(refused);
        }
        return task.future();
    }

    @Override
    public <R> Timer schedule(String name, Duration delay, Operation<R> operation) {
        return inbox.schedule(new Task<>(name, operation), delay);
    }

    @Override
    public InstantSource clock() {
        return ports.clock();
    }

    @Override
    public boolean inLoop() {
        return turning == Thread.currentThread();
    }

    boolean isStopped() {
        return stopped;
    }

    /** Whether operations wait, run, or wait for the store. */
    boolean isIdle() {
        return inFlight.isEmpty() && inbox.depth() == 0;
    }

    OptionalLong nanosToNextTimer() {
        return inbox.nanosToNextTimer();
    }

    void await(long atMostNanos) {
        inbox.await(mayRun(), atMostNanos);
    }

    private boolean mayRun() {
        return inFlight.size() < settings.transactionsInFlight();
    }

    /** Does what can be done now and answers whether there was anything. */
    boolean turn() {
        if (stopped) {
            return false;
        }
        turning = Thread.currentThread();
        try {
            long began = ports.nanoTicker().getAsLong();
            List<Condition> fence = List.copyOf(ports.fence().get());
            inbox.beginTurn();
            boolean retired = retire();
            if (!stopped) {
                taken.addAll(inbox.take(mayRun()));
            }
            int operations = taken.size();
            if (operations > 0) {
                runTaken(fence);
                retire();
            }
            boolean worked = retired || operations > 0;
            if (worked) {
                ports.listener().onTurn(microsSince(began), operations, inbox.depth());
            }
            return worked;
        } catch (LoopException.NotLeading over) {
            stopAfter(new Fault(Kind.CONFLICT, "loop", String.valueOf(over.getMessage()), over));
            return true;
        } catch (RuntimeException | Error failure) {
            // A listener threw, say. Dying silently would leave every caller waiting.
            stopAfter(new Fault(Kind.OPERATION, "loop", "loop failed: " + failure, failure));
            return true;
        } finally {
            turning = null;
        }
    }

    private void runTaken(List<Condition> fence) {
        try {
            Instant now = ports.clock().instant();
            open = new Batch(fence);
            for (Task<?> task = taken.peek(); task != null && !stopped; task = taken.peek()) {
                runOne(task, fence, now);
            }
            if (open != null) {
                dispatch(open);
            }
        } catch (RuntimeException | Error failure) {
            String name = taken.isEmpty() ? "loop" : taken.peek().name();
            stopAfter(new Fault(Kind.OPERATION, name, "operation '" + name + "' failed: " + failure, failure));
        }
        open = null;
    }

    private void runOne(Task<?> task, List<Condition> fence, Instant now) {
        if (!task.start()) {
            taken.remove();
            return;
        }
        long began = ports.nanoTicker().getAsLong();
        task.run(now);
        ports.listener().onOperation(task.name(), microsSince(began), task.isRefused());
        Batch batch = open == null ? new Batch(fence) : open;
        Optional<String> tooLarge = batch.tooLarge(task);
        if (tooLarge.isPresent()) {
            throw new LoopException.Undecidable("operation '" + task.name() + "' decided on " + tooLarge.get());
        }
        if (!batch.takes(task)) {
            dispatch(batch);
            batch = new Batch(fence);
        }
        batch.add(task);
        open = batch;
        taken.remove();
    }

    private void dispatch(Batch batch) {
        if (batch.tasks().isEmpty()) {
            return;
        }
        inFlight.add(batch);
        if (batch.writeCount() == 0) {
            batch.settle(Batch.Outcome.NOTHING_TO_STORE);
            return;
        }
        batch.committing(ports.nanoTicker().getAsLong());
        Optional<Throwable> lost = failureInFlight();
        if (lost.isPresent()) {
            // The store has said so already; what was decided on top of it must not be stored without it.
            batch.settle(new Batch.Outcome(Optional.empty(), lost));
            return;
        }
        CompletableFuture<CommitResult> commit = commit(batch);
        // Nothing is left that could fail in this continuation, so nobody needs its future.
        var unused = commit.whenComplete((result, failure) -> {
            batch.settle(new Batch.Outcome(Optional.ofNullable(result), Optional.ofNullable(failure)));
            inbox.wake();
        });
    }

    private Optional<Throwable> failureInFlight() {
        return inFlight.stream()
                .flatMap(batch -> batch.outcome().stream())
                .flatMap(outcome -> outcome.failure().stream())
                .findFirst();
    }

    private CompletableFuture<CommitResult> commit(Batch batch) {
        try {
            return ports.store().commit(batch.transaction());
        } catch (RuntimeException failure) {
            return CompletableFuture.failedFuture(failure);
        }
    }

    /** Acts on and answers what has become durable, in order. */
    private boolean retire() {
        boolean any = false;
        for (Batch oldest = inFlight.peek(); oldest != null && !stopped; oldest = inFlight.peek()) {
            Optional<Batch.Outcome> outcome = oldest.outcome();
            if (outcome.isEmpty()) {
                break;
            }
            any = true;
            if (isDurable(oldest, outcome.get())) {
                conclude(oldest);
            }
        }
        return any;
    }

    private boolean isDurable(Batch batch, Batch.Outcome outcome) {
        String first = batch.tasks().isEmpty() ? "loop" : batch.tasks().peek().name();
        if (outcome.failure().isPresent()) {
            Throwable failure = outcome.failure().get();
            stopAfter(new Fault(Kind.STORE, first, "store failed: " + failure.getMessage(), failure));
            return false;
        }
        if (outcome.result().isPresent() && outcome.result().get() instanceof CommitResult.Conflict conflict) {
            String message = "commit refused by the store: " + conflict.failed() + " does not hold, found "
                    + conflict.actual().map(Object::toString).orElse("nothing");
            stopAfter(new Fault(Kind.CONFLICT, first, message, new IllegalStateException(message)));
            return false;
        }
        if (batch.writeCount() > 0) {
            ports.listener().onCommit(batch.commitMicros(ports.nanoTicker().getAsLong()), batch.writeCount());
        }
        return true;
    }

    private void conclude(Batch batch) {
        for (Task<?> task = batch.tasks().peek();
                task != null;
                task = batch.tasks().peek()) {
            try {
                task.actions().forEach(Runnable::run);
            } catch (RuntimeException | Error failure) {
                String message = "action of '" + task.name() + "' failed: " + failure;
                stopAfter(new Fault(Kind.ACTION, task.name(), message, failure));
                return;
            }
            batch.tasks().remove();
            task.complete();
        }
        inFlight.remove();
    }

    private void stopAfter(Fault fault) {
        if (stopped) {
            return;
        }
        log.error("controller stops leading: {}", fault.message());
        log.debug("the fault", fault.cause());
        LoopException reason = new LoopException.Stopped(
                "controller stopped after a fault (" + fault.message()
                        + "); what was under way may or may not be stored: look again once a controller leads",
                fault.cause());
        inbox.refuse(reason);
        stopped = true;
        try {
            ports.faults().onFault(fault);
        } catch (RuntimeException second) {
            log.error("fault handler failed: {}", second.toString());
        } finally {
            failEverything(reason);
        }
    }

    private void failEverything(LoopException reason) {
        for (Batch batch : inFlight) {
            batch.tasks().forEach(task -> task.fail(reason));
        }
        inFlight.clear();
        if (open != null) {
            open.tasks().forEach(task -> task.fail(reason));
        }
        taken.forEach(task -> task.fail(reason));
        taken.clear();
        inbox.drain().forEach(task -> task.fail(reason));
    }

    /** Takes nothing new from now on, and forgets timers; what is queued is still done by further turns. */
    void beginClose() {
        inbox.refuse(new LoopException.Stopped("controller is stopping; ask again when it is back", null));
    }

    /** Ends it, whatever is left. Only the loop's thread may. */
    void endClose() {
        if (!stopped) {
            stopped = true;
            failEverything(new LoopException.Stopped(
                    "controller stopped before this was done; it may or may not be stored: look again when it is back",
                    null));
        }
    }

    boolean isClosing() {
        return inbox.isRefusing();
    }

    private long microsSince(long beganNanos) {
        return (ports.nanoTicker().getAsLong() - beganNanos) / 1_000;
    }
}
