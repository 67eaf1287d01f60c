package dev.muster.agent.session;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** How long to wait before each attempt: doubling, between half and all of it, so that agents do not come in step. */
final class Backoff {
    private static final double SMALLEST_PART = 0.5;

    private final Duration shortest;
    private final Duration longest;
    private final RandomGenerator random;
    private Duration next;

    Backoff(Duration shortest, Duration longest, RandomGenerator random) {
        this.shortest = shortest;
        this.longest = longest;
        this.random = random;
        this.next = shortest;
    }

    Duration next() {
        double part = SMALLEST_PART + (1 - SMALLEST_PART) * random.nextDouble();
        Duration wait = Duration.ofNanos((long) (next.toNanos() * part));
        Duration doubled = next.multipliedBy(2);
        next = doubled.compareTo(longest) < 0 ? doubled : longest;
        return wait;
    }

    void reset() {
        next = shortest;
    }
}
