package dev.muster.cli.command;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code 500ms}, {@code 10s}, {@code 2m}, {@code 1h}; a number alone is seconds. */
final class DurationConverter implements ITypeConverter<Duration> {

    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h)?");

    @Override
    public Duration convert(String text) {
        Matcher matcher = DURATION.matcher(text);
        if (!matcher.matches()) {
            throw new TypeConversionException("is \"" + text + "\"; give a duration such as 10s or 2m");
        }
        long amount = Long.parseLong(matcher.group(1));
        String unit = matcher.group(2);
        Duration duration = "ms".equals(unit)
                ? Duration.ofMillis(amount)
                : "m".equals(unit)
                        ? Duration.ofMinutes(amount)
                        : "h".equals(unit) ? Duration.ofHours(amount) : Duration.ofSeconds(amount);
        if (duration.isZero()) {
            throw new TypeConversionException("is \"" + text + "\"; it must be longer than nothing");
        }
        return duration;
    }
}
