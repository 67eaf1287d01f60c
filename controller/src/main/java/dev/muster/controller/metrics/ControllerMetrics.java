package dev.muster.controller.metrics;

import dev.muster.controller.state.StopCause;
import java.time.Duration;
import java.util.Map;

/**
 * Hears what happens in the controller. Called from the event loop, so each call is cheap, never blocks and never
 * throws. What is a level rather than an event comes as a whole {@link Levels} value, published when it changed.
 */
public interface ControllerMetrics {

    /** Replaces the levels that the next scrape shows. */
    void publish(Levels levels);

    /**
     * One scheduling cycle.
     *
     * @param placements gangs placed
     * @param preemptions gangs told to stop for others
     * @param plans planned starts
     * @param waiting jobs that wait by the code of what keeps them
     */
    void cycle(Duration took, int placements, int preemptions, int plans, Map<String, Integer> waiting);

    /** A job left its queue after this long. */
    void queueWait(String queue, Duration waited);

    /** One transaction of the store, from its start until it was durable or had failed. */
    void commit(Duration took, int records, boolean durable);

    /** One turn of the event loop. */
    void turn(Duration took);

    void heartbeat();

    void registration(boolean accepted);

    void hostLost();

    /** A new attempt became necessary. */
    void jobRestarted(StopCause.Kind cause);

    /** For tests and tools that measure nothing. */
    static ControllerMetrics none() {
        return new NoMetrics();
    }
}
