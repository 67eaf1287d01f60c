package dev.muster.controller.kubernetes.pods;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** How long one waits before one asks again. */
class BackoffTest {

    @Test
    void waitsGrowAreSpreadAndBounded() {
        RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
        Backoff backoff = new Backoff(Duration.ofMillis(200), Duration.ofSeconds(15));
        for (int tries = 1; tries < 100; tries++) {
            long whole = Math.min(15_000, 200L << Math.min(16, tries - 1));
            assertThat(backoff.delay(tries, Optional.empty(), random).toMillis())
                    .isBetween(whole / 2, whole);
        }
        assertThat(backoff.delay(1, Optional.of(Duration.ofSeconds(7)), random))
                .isGreaterThanOrEqualTo(Duration.ofSeconds(7));
    }
}
