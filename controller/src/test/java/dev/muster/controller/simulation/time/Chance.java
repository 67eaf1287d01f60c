package dev.muster.controller.simulation.time;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;

/** All that is left to chance, from one seed. */
public final class Chance {

    private final SplittableRandom random;

    public Chance(long seed) {
        this(new SplittableRandom(seed));
    }

    private Chance(SplittableRandom random) {
        this.random = random;
    }

    /** Chances of its own for a part of the world, so that what another part draws does not change them. */
    public Chance apart() {
        return new Chance(random.split());
    }

    public boolean happens(double probability) {
        return random.nextDouble() < probability;
    }

    /** From 0 on, {@code bound} left out. */
    public int below(int bound) {
        return random.nextInt(bound);
    }

    /** Both ends included. */
    public int between(int least, int most) {
        return least + random.nextInt(most - least + 1);
    }

    public Duration millis(int least, int most) {
        return Duration.ofNanos(1_000_000L * least + random.nextLong(1_000_000L * (most - least) + 1));
    }

    /** The time to the next of events that come at random, so many milliseconds apart on average. */
    public Duration exponentialMillis(double mean) {
        return Duration.ofNanos((long) (-Math.log(1 - random.nextDouble()) * mean * 1e6));
    }

    public <T> T oneOf(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }
}
