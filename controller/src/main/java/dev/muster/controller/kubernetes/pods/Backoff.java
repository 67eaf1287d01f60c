package dev.muster.controller.kubernetes.pods;

import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** How long to wait before the next try: doubled each time, and spread so that many who wait do not come back together. */
record Backoff(Duration first, Duration longest) {

    static final Backoff USUAL = new Backoff(Duration.ofMillis(200), Duration.ofSeconds(15));

    private static final int MOST_DOUBLINGS = 16;

    /**
     * @param tries how often it did not come off, from 1
     * @param atLeast what whoever refused asks for
     */
    Duration delay(int tries, Optional<Duration> atLeast, RandomGenerator random) {
        long doubled = first.toMillis() << Math.min(MOST_DOUBLINGS, Math.max(0, tries - 1));
        long bound = Math.min(longest.toMillis(), doubled);
        long spread = bound / 2 + random.nextLong(bound / 2 + 1);
        return Duration.ofMillis(spread + atLeast.map(Duration::toMillis).orElse(0L));
    }
}
