package dev.muster.controller.loop;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** What waits for the loop: submitted operations, timers, and the news that a commit is settled. For any thread. */
final class Inbox {

    private static final Duration LONGEST_DELAY = Duration.ofDays(36_500);

    private final LoopSettings settings;
    private final LongSupplier nanoTicker;
    private final long originNanos;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition news = lock.newCondition();
    private final ArrayDeque<Task<?>> queue = new ArrayDeque<>();
    private final TreeMap<Due, Task<?>> timers = new TreeMap<>();
    private long timersMade;
    private boolean settled;
    private @Nullable LoopException refusing;

    Inbox(LoopSettings settings, LongSupplier nanoTicker) {
        this.settings = settings;
        this.nanoTicker = nanoTicker;
        originNanos = nanoTicker.getAsLong();
    }

    /** When a timer fires, counted from the loop's beginning; the number keeps equals apart and in order. */
    private record Due(long nanos, long number) implements Comparable<Due> {
        @Override
        public int compareTo(Due other) {
            int byTime = Long.compare(nanos, other.nanos);
            return byTime != 0 ? byTime : Long.compare(number, other.number);
        }
    }

    /** Queues the task, or answers why not. */
    @Nullable
    LoopException offer(Task<?> task, boolean fromLoop) {
        lock.lock();
        try {
            if (refusing != null) {
                return refusing;
            }
            int bound = fromLoop ? 2 * settings.queuedOperations() : settings.queuedOperations();
            if (queue.size() >= bound) {
                return new LoopException.Busy("controller has " + queue.size() + " operations waiting, '" + task.name()
                        + "' was turned away; try again in a second");
            }
            queue.add(task);
            news.signal();
            return null;
        } finally {
            lock.unlock();
        }
    }

    Timer schedule(Task<?> task, Duration delay) {
        lock.lock();
        try {
            if (refusing != null) {
                return () -> false;
            }
            if (timers.size() >= settings.timers()) {
                throw new LoopException.Busy("controller has " + timers.size() + " timers, '" + task.name()
                        + "' was turned away; schedule fewer");
            }
            Due due = new Due(elapsedNanos() + nanos(delay), timersMade++);
            timers.put(due, task);
            news.signal();
            return () -> cancel(due, task);
        } finally {
            lock.unlock();
        }
    }

    private boolean cancel(Due due, Task<?> task) {
        lock.lock();
        try {
            timers.remove(due);
        } finally {
            lock.unlock();
        }
        return task.cancel();
    }

    /** The next tasks, timers that are due first; none when they must wait for commits in flight. */
    List<Task<?>> take(boolean mayRun) {
        List<Task<?>> taken = new ArrayList<>();
        lock.lock();
        try {
            if (!mayRun) {
                return taken;
            }
            long now = elapsedNanos();
            while (taken.size() < settings.operationsPerTurn() && isTimerDue(now)) {
                taken.add(timers.pollFirstEntry().getValue());
            }
            while (taken.size() < settings.operationsPerTurn() && !queue.isEmpty()) {
                taken.add(queue.remove());
            }
            return taken;
        } finally {
            lock.unlock();
        }
    }

    private boolean isTimerDue(long now) {
        return !timers.isEmpty() && timers.firstKey().nanos() <= now;
    }

    /** A commit is settled. */
    void wake() {
        lock.lock();
        try {
            settled = true;
            news.signal();
        } finally {
            lock.unlock();
        }
    }

    /** What was settled up to now will be seen in this turn; news from here on deserves another. */
    void beginTurn() {
        lock.lock();
        try {
            settled = false;
        } finally {
            lock.unlock();
        }
    }

    /** Waits for something to do, at most so long. */
    void await(boolean mayRun, long atMostNanos) {
        lock.lock();
        try {
            long left = atMostNanos;
            while (left > 0 && !settled && !(mayRun && hasWork())) {
                long slice = mayRun ? Math.min(left, nanosToTimer()) : left;
                left -= slice - Math.max(0, news.awaitNanos(slice));
            }
        } catch (InterruptedException interrupted) {
            // The loop ends by being closed; whoever interrupts it gets one turn earlier what it would get anyway.
            settled = true;
        } finally {
            lock.unlock();
        }
    }

    private boolean hasWork() {
        return !queue.isEmpty() || isTimerDue(elapsedNanos());
    }

    private long nanosToTimer() {
        return timers.isEmpty() ? Long.MAX_VALUE : Math.max(1, timers.firstKey().nanos() - elapsedNanos());
    }

    /** How long until the next timer is due; empty when there is none. */
    OptionalLong nanosToNextTimer() {
        lock.lock();
        try {
            return timers.isEmpty()
                    ? OptionalLong.empty()
                    : OptionalLong.of(Math.max(0, timers.firstKey().nanos() - elapsedNanos()));
        } finally {
            lock.unlock();
        }
    }

    int depth() {
        lock.lock();
        try {
            return queue.size();
        } finally {
            lock.unlock();
        }
    }

    /** From now on offers are refused and timers are forgotten; what is queued stays. The first reason counts. */
    void refuse(LoopException reason) {
        lock.lock();
        try {
            if (refusing == null) {
                refusing = reason;
            }
            timers.clear();
            settled = true;
            news.signal();
        } finally {
            lock.unlock();
        }
    }

    boolean isRefusing() {
        lock.lock();
        try {
            return refusing != null;
        } finally {
            lock.unlock();
        }
    }

    /** Gives up everything queued. */
    List<Task<?>> drain() {
        lock.lock();
        try {
            List<Task<?>> rest = new ArrayList<>(queue);
            queue.clear();
            return rest;
        } finally {
            lock.unlock();
        }
    }

    private long elapsedNanos() {
        return nanoTicker.getAsLong() - originNanos;
    }

    private static long nanos(Duration delay) {
        if (delay.isNegative()) {
            return 0;
        }
        return (delay.compareTo(LONGEST_DELAY) > 0 ? LONGEST_DELAY : delay).toNanos();
    }
}
