package dev.muster.controller.simulation.fleet;

import dev.muster.controller.simulation.time.Alarm;
import dev.muster.controller.simulation.time.Timeline;
import java.time.Duration;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Kills runs once no controller has answered for their isolation timeout, a little early so as not to be late. */
final class SelfFencing {

    private static final long MARGIN_PART = 20;
    private static final long SMALLEST_MARGIN_NANOS = Duration.ofSeconds(1).toNanos();

    private final Timeline timeline;
    private final RunTable table;
    private final double clockRate;
    private long heardNanos;
    private @Nullable Alarm watch;

    /**
     * Watches over the runs of a table.
     *
     * @param clockRate how long this host's second lasts
     */
    SelfFencing(Timeline timeline, RunTable table, double clockRate) {
        this.timeline = timeline;
        this.table = table;
        this.clockRate = clockRate;
        this.heardNanos = timeline.getAsLong();
    }

    /** A controller has answered what was sent then. */
    void acknowledged(long sentNanos) {
        heardNanos = Math.max(heardNanos, sentNanos);
    }

    /** Whether nothing runs here any more, since no controller has answered for so long. */
    boolean isIsolated(Duration timeout) {
        return timeline.getAsLong() - heardNanos >= (long) (timeout.toNanos() * clockRate);
    }

    /** There may be something to watch over. */
    void arm() {
        if (watch == null || !watch.isPending()) {
            table.live().stream().mapToLong(this::dueNanos).min().ifPresent(this::lookAt);
        }
    }

    private void lookAt(long dueNanos) {
        watch = timeline.after(Duration.ofNanos(dueNanos - timeline.getAsLong()), this::look);
    }

    private void look() {
        long now = timeline.getAsLong();
        for (SimulatedRun run : table.live()) {
            if (now >= dueNanos(run)) {
                run.kill("killed: cut off from the controller");
            }
        }
        OptionalLong next = table.live().stream().mapToLong(this::dueNanos).min();
        if (next.isPresent()) {
            // As the real one, it kills again until nothing is left.
            lookAt(Math.max(next.getAsLong(), now + Duration.ofMillis(100).toNanos()));
        }
    }

    private long dueNanos(SimulatedRun run) {
        long timeout = run.order().isolationTimeout().toNanos();
        long margin = Math.max(SMALLEST_MARGIN_NANOS, timeout / MARGIN_PART);
        return heardNanos + (long) (Math.max(timeout / 2, timeout - margin) * clockRate);
    }
}
