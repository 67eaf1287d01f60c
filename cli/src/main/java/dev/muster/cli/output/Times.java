package dev.muster.cli.output;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;

/** Times and durations, for people and for scripts. Milliseconds come from the wire; 0 there means "not yet". */
public final class Times {

    /** Shown where there is no time yet. */
    public static final String NONE = "-";

    private Times() {}

    /** RFC 3339, UTC, milliseconds kept. */
    public static String rfc3339(long epochMillis) {
        return Instant.ofEpochMilli(epochMillis).truncatedTo(ChronoUnit.MILLIS).toString();
    }

    /** As {@code 5m ago} or {@code in 5m}. */
    public static String relative(long epochMillis, Instant now) {
        if (epochMillis == 0) {
            return NONE;
        }
        Duration age = Duration.between(Instant.ofEpochMilli(epochMillis), now);
        return age.isNegative() ? "in " + brief(age.negated()) : brief(age) + " ago";
    }

    /** As {@code 5m}: how long it is since. */
    public static String age(long epochMillis, Instant now) {
        if (epochMillis == 0) {
            return NONE;
        }
        Duration age = Duration.between(Instant.ofEpochMilli(epochMillis), now);
        return brief(age.isNegative() ? Duration.ZERO : age);
    }

    /** The time of day on this machine, as {@code 14:03:27}. */
    public static String clock(long epochMillis, ZoneId zone) {
        return Instant.ofEpochMilli(epochMillis)
                .atZone(zone)
                .toLocalTime()
                .truncatedTo(ChronoUnit.SECONDS)
                .format(DateTimeFormatter.ISO_LOCAL_TIME);
    }

    /** The two largest units that matter: {@code 850ms}, {@code 12s}, {@code 3m20s}, {@code 2h5m}, {@code 4d3h}. */
    public static String brief(Duration duration) {
        long millis = duration.toMillis();
        if (millis < 1000) {
            return millis == 0 ? "0s" : millis + "ms";
        }
        if (duration.toMinutes() < 1) {
            return duration.toSeconds() + "s";
        }
        if (duration.toHours() < 1) {
            return pair(duration.toMinutes(), "m", duration.toSecondsPart(), "s");
        }
        if (duration.toDays() < 1) {
            return pair(duration.toHours(), "h", duration.toMinutesPart(), "m");
        }
        return pair(duration.toDays(), "d", duration.toHoursPart(), "h");
    }

    /** Seconds as a number that says exactly these milliseconds. */
    public static BigDecimal seconds(long millis) {
        BigDecimal seconds = BigDecimal.valueOf(millis, 3).stripTrailingZeros();
        return seconds.scale() < 0 ? seconds.setScale(0) : seconds;
    }

    private static String pair(long large, String largeUnit, long small, String smallUnit) {
        return large + largeUnit + (small == 0 ? "" : small + smallUnit);
    }
}
