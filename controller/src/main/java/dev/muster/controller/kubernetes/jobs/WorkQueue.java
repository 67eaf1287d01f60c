package dev.muster.controller.kubernetes.jobs;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * Keys that want work.
 *
 * <p><b>Goals.</b> A key waits at most once, whoever asks for it how often; it is never in two hands; it is not given out
 * more often than once every {@code spacing}; a failing one is given out ever more rarely, up to {@code longest}.
 *
 * <p><b>Algorithm.</b> Due times in a heap; an earlier wish replaces a later one, and what it replaced is passed over when
 * it comes up. The n-th failure in a row waits a random time between half and all of {@code first * 2^(n-1)}. A key that
 * is asked for while it is in hands is due again after that.
 *
 * <p>Memory grows with the keys that wait, work, fail, or were worked on within {@code spacing}; each call takes logarithmic
 * time. May be used by any thread.
 */
final class WorkQueue<K> {

    private static final int MOST_DOUBLINGS = 30;

    /**
     * How fast keys come back.
     *
     * @param spacing between two times that a key is given out
     * @param first back-off after one failure
     * @param longest back-off
     */
    record Pace(Duration spacing, Duration first, Duration longest) {}

    /** Each is itself: what {@code waiting} does not hold any more is passed over. */
    private static final class Entry<K> {
        private final K key;
        private final long dueNanos;

        private Entry(K key, long dueNanos) {
            this.key = key;
            this.dueNanos = dueNanos;
        }
    }

    private final Pace pace;
    private final LongSupplier nanoTicker;
    private final RandomGenerator random;
    private final PriorityQueue<Entry<K>> heap =
            new PriorityQueue<>((one, other) -> Long.signum(one.dueNanos - other.dueNanos));
    private final Map<K, Entry<K>> waiting = new HashMap<>();
    private final Set<K> inHands = new HashSet<>();
    private final Map<K, Integer> failures = new HashMap<>();
    private final Deque<Entry<K>> givenOut = new ArrayDeque<>();
    private final Map<K, Long> givenOutNanos = new HashMap<>();
    private boolean closed;

    WorkQueue(Pace pace, LongSupplier nanoTicker, RandomGenerator random) {
        this.pace = pace;
        this.nanoTicker = nanoTicker;
        this.random = random;
    }

    /** Asks for a key as soon as its spacing and its back-off allow. */
    synchronized void add(K key) {
        if (!failures.containsKey(key) || !waiting.containsKey(key)) {
            addAt(key, nanoTicker.getAsLong());
        }
    }

    /** Asks for a key no earlier than after this delay, unless somebody wants it earlier. */
    synchronized void addAfter(K key, Duration delay) {
        addAt(key, nanoTicker.getAsLong() + delay.toNanos());
    }

    private void addAt(K key, long dueNanos) {
        Long last = givenOutNanos.get(key);
        long earliest = last == null ? dueNanos : last + pace.spacing().toNanos();
        Entry<K> entry = new Entry<>(key, dueNanos - earliest < 0 ? earliest : dueNanos);
        Entry<K> earlier = waiting.get(key);
        if (earlier == null || entry.dueNanos - earlier.dueNanos < 0) {
            waiting.put(key, entry);
            heap.add(entry);
            notifyAll();
        }
    }

    /** A key whose time has come, which is now in the caller's hands until {@link #done} or {@link #failed}. */
    synchronized Optional<K> poll() {
        long now = nanoTicker.getAsLong();
        forgetGivenOut(now);
        while (!heap.isEmpty() && heap.peek().dueNanos - now <= 0) {
            Entry<K> entry = heap.remove();
            if (waiting.get(entry.key) != entry || inHands.contains(entry.key)) {
                continue; // replaced by an earlier wish, or putDown() puts it back
            }
            waiting.remove(entry.key);
            inHands.add(entry.key);
            givenOut.add(new Entry<>(entry.key, now));
            givenOutNanos.put(entry.key, now);
            return Optional.of(entry.key);
        }
        return Optional.empty();
    }

    private void forgetGivenOut(long now) {
        while (!givenOut.isEmpty()
                && now - givenOut.peek().dueNanos > pace.spacing().toNanos()) {
            Entry<K> oldest = givenOut.remove();
            givenOutNanos.remove(oldest.key, oldest.dueNanos);
        }
    }

    /** The key was worked on and all is well. */
    synchronized void done(K key) {
        failures.remove(key);
        putDown(key);
    }

    /** The key could not be worked on; it comes back after its back-off, and not before {@code atLeast}. */
    synchronized void failed(K key, Duration atLeast) {
        int count = failures.merge(key, 1, Integer::sum);
        long most = Math.min(pace.longest().toNanos(), pace.first().toNanos() << Math.min(count - 1, MOST_DOUBLINGS));
        most = most <= 0 ? pace.longest().toNanos() : most;
        long delay = Math.max(atLeast.toNanos(), most / 2 + random.nextLong(most / 2 + 1));
        waiting.remove(key);
        addAt(key, nanoTicker.getAsLong() + delay);
        putDown(key);
    }

    private void putDown(K key) {
        inHands.remove(key);
        Entry<K> again = waiting.get(key);
        if (again != null) {
            Entry<K> entry = new Entry<>(key, again.dueNanos);
            waiting.put(key, entry);
            heap.add(entry);
            notifyAll();
        }
    }

    /** How long until a key may be due; empty while none waits. */
    synchronized Optional<Duration> untilNext() {
        return Optional.ofNullable(heap.peek())
                .map(next -> Duration.ofNanos(Math.max(0, next.dueNanos - nanoTicker.getAsLong())));
    }

    /** As {@link #poll}, but waits for one; empty once the queue is closed. */
    synchronized Optional<K> take() throws InterruptedException {
        while (!closed) {
            Optional<K> key = poll();
            if (key.isPresent()) {
                return key;
            }
            long millis = untilNext().map(wait -> wait.toMillis() + 1).orElse(0L);
            wait(millis);
        }
        return Optional.empty();
    }

    synchronized void close() {
        closed = true;
        notifyAll();
    }

    synchronized int size() {
        return waiting.size() + inHands.size();
    }
}
