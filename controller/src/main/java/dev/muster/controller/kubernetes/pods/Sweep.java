package dev.muster.controller.kubernetes.pods;

import dev.muster.controller.election.Leadership;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out what is due, so many calls at a time. Belongs to one thread, on which answers are taken too.
 *
 * <p>Nothing is decided when work becomes due: what to do is asked when its turn comes, so of two orders only the newer is
 * carried out. What ends goes before what begins. A call without an answer is made again after a while; while the API server
 * says that it is overloaded, nothing begins.
 */
final class Sweep {

    private static final Logger LOG = LoggerFactory.getLogger(Sweep.class);

    /** What was refused may be granted later: a quota is raised, a policy changed. */
    private static final Duration REFUSED_AGAIN_AFTER = Duration.ofSeconds(5);

    private static final Duration OWNER_AGAIN_AFTER = Duration.ofMillis(500);
    private static final Duration LEAD_AGAIN_AFTER = Duration.ofSeconds(1);
    private static final Duration LOGGED_EVERY = Duration.ofSeconds(10);

    private final ScheduledExecutorService thread;
    private final Leadership leadership;
    private final Function<ApiCall, CompletableFuture<Answer>> api;
    private final int parallelism;
    private final RandomGenerator random;
    private final Runnable afterEachAnswer;
    private final Set<Work> endings = new LinkedHashSet<>();
    private final Set<Work> beginnings = new LinkedHashSet<>();
    private int inFlight;
    private boolean open;
    private boolean overloaded;
    private long loggedAtNanos = System.nanoTime() - LOGGED_EVERY.toNanos();

    Sweep(
            ScheduledExecutorService thread,
            Leadership leadership,
            Function<ApiCall, CompletableFuture<Answer>> api,
            int parallelism,
            RandomGenerator random,
            Runnable afterEachAnswer) {
        this.thread = thread;
        this.leadership = leadership;
        this.api = api;
        this.parallelism = parallelism;
        this.random = random;
        this.afterEachAnswer = afterEachAnswer;
    }

    /** Nothing is called before. */
    void open() {
        open = true;
        pump();
    }

    void close() {
        open = false;
    }

    void due(Work work) {
        if (work.isEnding()) {
            beginnings.remove(work);
            endings.add(work);
        } else {
            beginnings.add(work);
        }
    }

    /** Calls as many as may be. To be called whenever something may have become due. */
    void pump() {
        while (open && inFlight < parallelism) {
            Optional<Work> work = poll();
            if (work.isEmpty()) {
                return;
            }
            if (!leadership.isHeld()) {
                later(LEAD_AGAIN_AFTER, work.get());
                open = false;
                after(LEAD_AGAIN_AFTER, this::open);
                return;
            }
            begin(work.get());
        }
    }

    private Optional<Work> poll() {
        Set<Work> first = endings.isEmpty() && !overloaded ? beginnings : endings;
        Optional<Work> work = first.stream().findFirst();
        work.ifPresent(first::remove);
        return work;
    }

    private void begin(Work work) {
        Optional<ApiCall> call = work.next();
        if (call.isEmpty()) {
            if (work.waits()) {
                later(OWNER_AGAIN_AFTER, work);
            }
            return;
        }
        work.sent(call.get());
        inFlight++;
        var unused = api.apply(call.get()).thenAcceptAsync(answer -> answered(work, call.get(), answer), thread);
    }

    private void answered(Work work, ApiCall call, Answer answer) {
        inFlight--;
        if (answer instanceof Answer.NotNow notNow) {
            log(notNow.words());
            notNow.retryAfter().ifPresent(this::holdBack);
            hold(work, call, answer, Backoff.USUAL.delay(work.tries(), notNow.retryAfter(), random));
        } else if (answer instanceof Answer.Refused refused) {
            log(refused.words());
            hold(work, call, answer, REFUSED_AGAIN_AFTER);
        } else {
            work.answered(call, answer);
        }
        pump();
        afterEachAnswer.run();
    }

    private void hold(Work work, ApiCall call, Answer answer, Duration delay) {
        int hold = work.hold();
        work.answered(call, answer);
        after(delay, () -> {
            work.release(hold);
            due(work);
            pump();
        });
    }

    private void holdBack(Duration delay) {
        if (!overloaded) {
            overloaded = true;
            after(delay, () -> {
                overloaded = false;
                pump();
            });
        }
    }

    private void later(Duration delay, Work work) {
        after(delay, () -> {
            due(work);
            pump();
        });
    }

    private void after(Duration delay, Runnable action) {
        if (!thread.isShutdown()) {
            var unused = thread.schedule(action, delay.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /** All of a large gang fail alike, so one line now and then is enough. */
    private void log(String words) {
        long now = System.nanoTime();
        if (now - loggedAtNanos >= LOGGED_EVERY.toNanos()) {
            loggedAtNanos = now;
            LOG.warn("the API server did not do it; trying again: {}", words);
        }
    }
}
