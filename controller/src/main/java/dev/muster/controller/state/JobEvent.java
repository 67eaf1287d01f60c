package dev.muster.controller.state;

import java.time.Instant;

/**
 * A line of a job's history, kept in the store within a bound.
 *
 * @param sequence grows by one within a job
 * @param type a word such as {@code Placed} or {@code HostLost}
 * @param attempt 0 before the first
 */
public record JobEvent(
        String jobUid, long sequence, Instant at, String type, Severity severity, int attempt, String message) {

    /** How much a person should care. */
    public enum Severity {
        INFO,
        WARNING,
        ERROR
    }
}
