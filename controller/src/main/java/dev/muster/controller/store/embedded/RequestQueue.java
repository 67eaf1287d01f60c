package dev.muster.controller.store.embedded;

import dev.muster.controller.store.StoreException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** What waits for the store's thread, bounded in number and bytes. */
final class RequestQueue {

    private final EmbeddedSettings settings;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private final ArrayDeque<Request<?>> waiting = new ArrayDeque<>();
    private long waitingBytes;
    private @Nullable StoreException stopped;

    RequestQueue(EmbeddedSettings settings) {
        this.settings = settings;
    }

    /** Queues the request, or fails it at once. */
    void offer(Request<?> request) {
        StoreException reason = tryOffer(request);
        if (reason != null) {
            request.fail(reason);
        }
    }

    private @Nullable StoreException tryOffer(Request<?> request) {
        lock.lock();
        try {
            if (stopped != null) {
                return stopped;
            }
            boolean full = waiting.size() >= settings.queueRequests()
                    || (!waiting.isEmpty() && waitingBytes + request.bytes() > settings.queueBytes());
            if (full) {
                return new StoreException.Busy("store has " + waiting.size() + " requests of " + waitingBytes
                        + " bytes waiting; try again in a second");
            }
            waiting.add(request);
            waitingBytes += request.bytes();
            arrived.signal();
            return null;
        } finally {
            lock.unlock();
        }
    }

    /** The next group in order; empty after so long without one. Only the store's thread takes. */
    List<Request<?>> take(long waitNanos) {
        List<Request<?>> group = new ArrayList<>();
        lock.lock();
        try {
            long left = waitNanos;
            while (waiting.isEmpty() && stopped == null && left > 0) {
                left = arrived.awaitNanos(left);
            }
            long bytes = 0;
            while (!waiting.isEmpty() && group.size() < settings.groupRequests() && bytes < settings.groupBytes()) {
                Request<?> next = waiting.remove();
                bytes += next.bytes();
                group.add(next);
            }
            waitingBytes -= bytes;
        } catch (InterruptedException nobodyMayInterruptTheWriter) {
            // An interrupt would close the file's channel; ignoring it here keeps the store alive.
            return group;
        } finally {
            lock.unlock();
        }
        return group;
    }

    /** From now on offers fail with the reason; what waits stays and can be taken. The first reason stays. */
    void stop(StoreException reason) {
        lock.lock();
        try {
            if (stopped == null) {
                stopped = reason;
            }
            arrived.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Whether nothing waits and nothing can come. */
    boolean isDrained() {
        lock.lock();
        try {
            return stopped != null && waiting.isEmpty();
        } finally {
            lock.unlock();
        }
    }
}
