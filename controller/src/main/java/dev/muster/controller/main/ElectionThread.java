package dev.muster.controller.main;

import dev.muster.controller.election.Election;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The thread that an election works on; it waits for nothing else, so that renewals are never late. */
final class ElectionThread implements Election.Pace, AutoCloseable {

    private final ScheduledThreadPoolExecutor executor;
    private final Consumer<Throwable> onMistake;

    /** @param onMistake hears what a task threw: a mistake in the program, after which nobody would renew */
    ElectionThread(Consumer<Throwable> onMistake) {
        this.onMistake = onMistake;
        executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "muster-election");
            thread.setDaemon(true);
            return thread;
        });
    }

    @Override
    public void after(Duration delay, Runnable task) {
        try {
            var unused = executor.schedule(() -> guarded(task), delay.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException closed) {
            // The controller stops: whatever came now is of no use any more.
        }
    }

    private void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error mistake) {
            onMistake.accept(mistake);
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
