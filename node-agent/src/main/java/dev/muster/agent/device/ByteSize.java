package dev.muster.agent.device;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Amounts of memory as people write them: {@code 80Gi}, {@code 500M}, {@code 1024}. */
public final class ByteSize {
    private static final Pattern FORM = Pattern.compile("(\\d{1,18})(Ki|Mi|Gi|Ti|Pi|k|K|M|G|T|P)?B?");
    private static final Map<String, Long> FACTORS = Map.ofEntries(
            Map.entry("Ki", 1L << 10),
            Map.entry("Mi", 1L << 20),
            Map.entry("Gi", 1L << 30),
            Map.entry("Ti", 1L << 40),
            Map.entry("Pi", 1L << 50),
            Map.entry("k", 1_000L),
            Map.entry("K", 1_000L),
            Map.entry("M", 1_000_000L),
            Map.entry("G", 1_000_000_000L),
            Map.entry("T", 1_000_000_000_000L),
            Map.entry("P", 1_000_000_000_000_000L));

    private ByteSize() {}

    /**
     * Reads an amount into bytes.
     *
     * @throws IllegalArgumentException with one line for people
     */
    public static long parse(String text) {
        Matcher matcher = FORM.matcher(text.strip());
        if (!matcher.matches()) {
            throw new IllegalArgumentException("\"" + text + "\" is no amount of memory; write it like 64Gi");
        }
        String unit = matcher.group(2);
        try {
            return Math.multiplyExact(
                    Long.parseLong(matcher.group(1)), unit == null ? 1L : FACTORS.getOrDefault(unit, 1L));
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("\"" + text + "\" is more memory than can be counted", e);
        }
    }
}
