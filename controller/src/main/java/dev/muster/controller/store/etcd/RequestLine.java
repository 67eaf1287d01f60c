package dev.muster.controller.store.etcd;

import dev.muster.controller.store.StoreException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What waits for one thread, in order, bounded in number and bytes.
 *
 * <p>When a request fails, {@link #failAll} fails all that wait, and all that come until every future has been told: a
 * caller that did not know of the failure gets nothing past it.
 */
final class RequestLine {

    private final int maxRequests;
    private final long maxBytes;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private final Deque<Request<?>> waiting = new ArrayDeque<>();
    private long waitingBytes;
    private @Nullable StoreException failing;
    private @Nullable StoreException closed;

    RequestLine(int maxRequests, long maxBytes) {
        this.maxRequests = maxRequests;
        this.maxBytes = maxBytes;
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
            if (closed != null || failing != null) {
                return closed != null ? closed : failing;
            }
            boolean full =
                    waiting.size() >= maxRequests || (!waiting.isEmpty() && waitingBytes + request.bytes() > maxBytes);
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

    /** Waits for the next requests that can go together, at least one; none once the line is closed and empty. */
    List<Request<?>> take() {
        lock.lock();
        try {
            while (waiting.isEmpty() && closed == null) {
                arrived.awaitUninterruptibly();
            }
            List<Request<?>> taken = new ArrayList<>();
            CommitGroup group = new CommitGroup();
            while (!waiting.isEmpty() && (taken.isEmpty() || group.takes(waiting.peek()))) {
                Request<?> next = waiting.remove();
                waitingBytes -= next.bytes();
                group.add(next);
                taken.add(next);
            }
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /** Fails these, which were taken, and then all behind them, in order. */
    void failAll(List<Request<?>> taken, StoreException reason) {
        List<Request<?>> doomed = new ArrayList<>(taken);
        lock.lock();
        try {
            failing = reason;
            doomed.addAll(waiting);
            waiting.clear();
            waitingBytes = 0;
        } finally {
            lock.unlock();
        }
        doomed.forEach(request -> request.fail(reason));
        lock.lock();
        try {
            failing = null;
        } finally {
            lock.unlock();
        }
    }

    /** From now on offers fail with the reason; what waits can still be taken. */
    void close(StoreException reason) {
        lock.lock();
        try {
            if (closed == null) {
                closed = reason;
            }
            arrived.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
