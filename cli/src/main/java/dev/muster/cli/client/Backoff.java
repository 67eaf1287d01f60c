package dev.muster.cli.client;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before trying again: twice as long each time up to a bound, and never quite as long as somebody else
 * who lost the same controller at the same moment.
 */
record Backoff(Duration first, Duration longest) {

    /** @param failures how many attempts have failed in a row, from 1 */
    Duration delay(int failures, RandomGenerator random) {
        int doublings = Math.min(failures - 1, 20);
        long ceiling = Math.min(longest.toMillis(), first.toMillis() << doublings);
        return Duration.ofMillis(ceiling / 2 + random.nextLong(ceiling / 2 + 1));
    }
}
