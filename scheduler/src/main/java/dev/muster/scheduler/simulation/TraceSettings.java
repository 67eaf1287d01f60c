package dev.muster.scheduler.simulation;

import dev.muster.scheduler.cycle.CyclePolicy.Order;
import java.time.Duration;

/**
 * How a trace is simulated.
 *
 * @param order who is considered first
 * @param placement how hosts are chosen
 * @param backfill whether others may run around a job that is planned for later; only the order {@code MUSTER} can
 * @param walltime what jobs claim about their length
 * @param restart what a job that was stopped or moved needs to get going again, on top of what it has yet to do
 */
public record TraceSettings(Order order, Hosts placement, boolean backfill, Claim walltime, Duration restart) {

    /** How long reading a checkpoint and starting processes takes, unless somebody says otherwise. */
    public static final Duration RESTART = Duration.ofSeconds(30);

    /** How hosts are chosen. */
    public enum Hosts {
        /** As few hosts as possible, and waiting for that; blind to the fabric. */
        CONSOLIDATE,
        /** As the cluster does it: near to each other as far as possible, without waiting for it. */
        TOPOLOGY
    }

    /** What jobs claim about their length. */
    public enum Claim {
        /** Just how long they run. */
        EXACT,
        /** The next full hour, as people do. */
        HOUR;

        /** What a job of a length claims. */
        long of(long durationSeconds) {
            return switch (this) {
                case EXACT -> durationSeconds;
                case HOUR -> Math.multiplyExact((durationSeconds + 3599) / 3600, 3600L);
            };
        }
    }

    /** What is usual for an order: those of the literature without backfilling, that of the cluster with all it has. */
    public static TraceSettings of(Order order) {
        boolean own = order == Order.MUSTER;
        return new TraceSettings(order, own ? Hosts.TOPOLOGY : Hosts.CONSOLIDATE, own, Claim.EXACT, RESTART);
    }
}
