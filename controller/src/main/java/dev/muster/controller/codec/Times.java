package dev.muster.controller.codec;

import java.time.Instant;
import java.util.Optional;

/** Times as milliseconds since the epoch. */
final class Times {

    private Times() {}

    static Optional<Instant> optional(boolean present, long millis) {
        return present ? Optional.of(Instant.ofEpochMilli(millis)) : Optional.empty();
    }

    /** For the wire, where 0 means "not yet". */
    static long orZero(Optional<Instant> at) {
        return at.map(Instant::toEpochMilli).orElse(0L);
    }
}
