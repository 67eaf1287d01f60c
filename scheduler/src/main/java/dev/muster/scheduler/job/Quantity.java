package dev.muster.scheduler.job;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations, memory sizes and cpu amounts as people write them; empty when a text is none, or past the bounds. */
public final class Quantity {

    /** The longest duration that is accepted anywhere: ten years. */
    public static final Duration MAX_DURATION = Duration.ofDays(3_650);

    public static final String DURATION_EXAMPLE = "a duration such as 90s, 10m or 1h30m";
    public static final String MEMORY_EXAMPLE = "an amount of memory such as 64Gi";
    public static final String CPU_EXAMPLE = "an amount of cpus such as 96, 0.5 or 500m";

    private static final int MAX_LENGTH = 32;
    private static final Pattern DURATION = Pattern.compile("(?:(\\d+)h)?(?:(\\d+)m)?(?:(\\d+)s)?(?:(\\d+)ms)?");
    private static final Pattern AMOUNT = Pattern.compile("(\\d+(?:\\.\\d+)?)([A-Za-z]*)");
    private static final long[] DURATION_UNIT_MILLIS = {3_600_000, 60_000, 1_000, 1};
    private static final Map<String, Long> MEMORY_UNITS = new TreeMap<>(Map.ofEntries(
            Map.entry("", 1L),
            Map.entry("k", 1_000L),
            Map.entry("M", 1_000_000L),
            Map.entry("G", 1_000_000_000L),
            Map.entry("T", 1_000_000_000_000L),
            Map.entry("P", 1_000_000_000_000_000L),
            Map.entry("Ki", 1L << 10),
            Map.entry("Mi", 1L << 20),
            Map.entry("Gi", 1L << 30),
            Map.entry("Ti", 1L << 40),
            Map.entry("Pi", 1L << 50)));

    private Quantity() {}

    /** {@code 72h}, {@code 10m}, {@code 120s}, {@code 500ms}, {@code 1h30m}: whole numbers, largest unit first. */
    public static Optional<Duration> duration(String text) {
        Matcher matcher = DURATION.matcher(text);
        if (text.isEmpty() || text.length() > MAX_LENGTH || !matcher.matches()) {
            return Optional.empty();
        }
        BigDecimal millis = BigDecimal.ZERO;
        for (int unit = 0; unit < DURATION_UNIT_MILLIS.length; unit++) {
            String digits = matcher.group(unit + 1);
            if (digits != null) {
                millis = millis.add(new BigDecimal(digits).multiply(BigDecimal.valueOf(DURATION_UNIT_MILLIS[unit])));
            }
        }
        return millis.compareTo(BigDecimal.valueOf(MAX_DURATION.toMillis())) > 0
                ? Optional.empty()
                : Optional.of(Duration.ofMillis(millis.longValueExact()));
    }

    /** A duration in the same form, such as {@code 1h30m}; parts of a millisecond are left out. */
    public static String text(Duration duration) {
        StringBuilder text = new StringBuilder();
        append(text, duration.toHours(), "h");
        append(text, duration.toMinutesPart(), "m");
        append(text, duration.toSecondsPart(), "s");
        append(text, duration.toMillisPart(), "ms");
        return text.isEmpty() ? "0s" : text.toString();
    }

    private static void append(StringBuilder text, long count, String unit) {
        if (count > 0) {
            text.append(count).append(unit);
        }
    }

    /** Bytes: {@code 1500Gi}, {@code 1.5Ti}, {@code 2G}, {@code 1024}. */
    public static Optional<Long> memoryBytes(String text) {
        Matcher matcher = AMOUNT.matcher(text);
        if (text.length() > MAX_LENGTH || !matcher.matches()) {
            return Optional.empty();
        }
        Long unit = MEMORY_UNITS.get(matcher.group(2));
        return unit == null
                ? Optional.empty()
                : whole(new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(unit)));
    }

    /** Thousandths of a core: {@code 96}, {@code 0.5}, {@code 500m}. */
    public static Optional<Long> cpuMillis(String text) {
        Matcher matcher = AMOUNT.matcher(text);
        if (text.length() > MAX_LENGTH || !matcher.matches()) {
            return Optional.empty();
        }
        BigDecimal amount = new BigDecimal(matcher.group(1));
        return switch (matcher.group(2)) {
            case "" -> whole(amount.movePointRight(3));
            case "m" -> whole(amount);
            default -> Optional.empty();
        };
    }

    private static Optional<Long> whole(BigDecimal amount) {
        try {
            return Optional.of(amount.longValueExact());
        } catch (ArithmeticException notWholeOrTooLarge) {
            return Optional.empty();
        }
    }
}
