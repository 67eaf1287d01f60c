package dev.muster.controller.simulation.network;

import dev.muster.controller.simulation.time.Chance;
import java.time.Duration;

/** How long what is sent is on its way. */
public final class Latency {

    private int leastMillis;
    private int mostMillis;

    Latency() {
        usual();
    }

    public void usual() {
        between(0, 3);
    }

    public void between(int least, int most) {
        leastMillis = least;
        mostMillis = most;
    }

    Duration draw(Chance chance) {
        return chance.millis(leastMillis, mostMillis);
    }
}
