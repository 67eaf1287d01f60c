package dev.muster.controller.metrics;

import dev.muster.controller.state.StopCause;
import java.time.Duration;
import java.util.Map;

/** Forgets everything. */
final class NoMetrics implements ControllerMetrics {

    @Override
    public void publish(Levels levels) {}

    @Override
    public void cycle(Duration took, int placements, int preemptions, int plans, Map<String, Integer> waiting) {}

    @Override
    public void queueWait(String queue, Duration waited) {}

    @Override
    public void commit(Duration took, int records, boolean durable) {}

    @Override
    public void turn(Duration took) {}

    @Override
    public void heartbeat() {}

    @Override
    public void registration(boolean accepted) {}

    @Override
    public void hostLost() {}

    @Override
    public void jobRestarted(StopCause.Kind cause) {}
}
