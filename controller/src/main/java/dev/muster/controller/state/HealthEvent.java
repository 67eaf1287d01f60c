package dev.muster.controller.state;

import java.time.Instant;
import java.util.OptionalInt;

/**
 * Something an agent saw on a host or one of its devices.
 *
 * @param id the same event again carries the same id
 * @param check what saw it: {@code xid}, {@code device-lost}
 * @param code such as {@code 79}
 * @param deviceIndex empty: the host itself
 * @param evidence the line or reading it came from, bounded
 */
public record HealthEvent(
        String id,
        Instant at,
        String check,
        String code,
        OptionalInt deviceIndex,
        String deviceId,
        Severity severity,
        String message,
        String evidence) {

    /** What the event asks for; worst last. */
    public enum Severity {
        /** Record only. */
        INFO,
        /** The job's processes die of it; the host stays. */
        JOB,
        /** Finish what runs, place nothing new. */
        SUBHEALTHY,
        /** The host must leave service now. */
        FATAL
    }
}
