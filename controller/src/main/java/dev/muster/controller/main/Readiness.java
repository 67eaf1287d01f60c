package dev.muster.controller.main;

import dev.muster.controller.loop.Decision;
import dev.muster.controller.loop.EventLoop;
import dev.muster.controller.metrics.Probe;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Answers probes: ready once the state of before has been taken up, alive as long as the loop turns. The loop leaves a
 * mark every second, so that a probe never waits for it.
 */
final class Readiness {

    private static final Duration MARK_EVERY = Duration.ofSeconds(1);
    private static final Duration STUCK_AFTER = Duration.ofSeconds(10);

    private final LongSupplier nanoTicker;
    private volatile boolean ready;
    private volatile long markedAtNanos;

    Readiness(LongSupplier nanoTicker) {
        this.nanoTicker = nanoTicker;
    }

    void begin(EventLoop loop) {
        mark(loop);
        ready = true;
    }

    private void mark(EventLoop loop) {
        markedAtNanos = nanoTicker.getAsLong();
        loop.schedule("mark", MARK_EVERY, now -> {
            mark(loop);
            return Decision.answer(true);
        });
    }

    Probe health() {
        if (!ready) {
            return Probe.ok("starting");
        }
        Duration silent = Duration.ofNanos(nanoTicker.getAsLong() - markedAtNanos);
        return silent.compareTo(STUCK_AFTER) < 0
                ? Probe.ok("leads; the loop turns")
                : Probe.failing("the loop has been stuck for " + silent.toSeconds() + " s");
    }

    Probe readiness() {
        return ready ? health() : Probe.failing("the state of before is being taken up");
    }
}
