package dev.muster.cli.output;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What {@code -o} chooses. */
public enum OutputFormat {
    /** Columns for people. */
    TABLE,
    /** More columns for people. */
    WIDE,
    JSON,
    YAML,
    /** Only the names, one a line, as other commands take them. */
    NAME;

    public static Optional<OutputFormat> of(String word) {
        return Arrays.stream(values())
                .filter(format -> format.word().equals(word))
                .findFirst();
    }

    public static String words() {
        return Arrays.stream(values()).map(OutputFormat::word).collect(Collectors.joining(", "));
    }

    private String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
