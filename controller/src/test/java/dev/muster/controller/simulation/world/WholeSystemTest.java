package dev.muster.controller.simulation.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The whole system through many lives, each from one seed: {@code -Dseeds=100000} lives longer, {@code -Dseed=42} lives
 * exactly that life again.
 */
class WholeSystemTest {

    private static final int SEEDS_IN_CI = 1_000;
    private static final double NANOS_PER_HOUR = 3.6e12;

    private static final Quiet QUIET = new Quiet();

    @BeforeAll
    static void quietly() {
        QUIET.begin();
    }

    @AfterAll
    static void asBefore() {
        QUIET.end();
    }

    @Test
    void whateverFailsEveryInvariantHoldsAndEverythingSettles() {
        Long only = Long.getLong("seed");
        if (only != null) {
            live(only);
            return;
        }
        long began = System.nanoTime();
        AtomicLong simulatedNanos = new AtomicLong();
        AtomicLong events = new AtomicLong();
        AtomicLong preemptions = new AtomicLong();
        int seeds = Integer.getInteger("seeds", SEEDS_IN_CI);
        LongStream.range(0, seeds).parallel().forEach(seed -> {
            World world = live(seed);
            simulatedNanos.addAndGet(world.timeline().getAsLong());
            events.addAndGet(world.timeline().eventsSoFar());
            preemptions.addAndGet(world.preemptions());
        });
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        double hours = simulatedNanos.get() / NANOS_PER_HOUR;
        System.out.printf(
                "%d lives of %.1f simulated hours and %d events in %d s: %.0f simulated hours a minute%n",
                seeds, hours, events.get(), took.toSeconds(), hours * 60_000 / took.toMillis());
        assertThat(preemptions.get()).as("jobs that gave way to others").isGreaterThan(seeds / 10);
    }

    @Test
    void theSameSeedIsTheSameLife() {
        for (long seed = 0; seed < 5; seed++) {
            World once = live(seed);
            World again = live(seed);
            assertThat(again.chronicle().fingerprint())
                    .as("life of seed %d", seed)
                    .isEqualTo(once.chronicle().fingerprint());
            assertThat(again.timeline().eventsSoFar()).isEqualTo(once.timeline().eventsSoFar());
        }
    }

    private static World live(long seed) {
        World world = new World(seed, Planted.NOTHING);
        try {
            world.run();
        } catch (AssertionError | RuntimeException broken) {
            throw new AssertionError(
                    "seed " + seed + ": " + broken.getMessage() + "\nlast events:\n"
                            + world.chronicle().lastLines() + "\nagain: -Dseed=" + seed,
                    broken);
        }
        return world;
    }
}
