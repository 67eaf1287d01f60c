package dev.muster.cli.output;

import java.util.List;

/** Horizontal bars drawn with block characters, an eighth of a character exact. */
public final class Bar {

    private static final List<String> EIGHTHS = List.of("", "▏", "▎", "▍", "▌", "▋", "▊", "▉");
    private static final String FULL = "█";
    private static final String EMPTY = "░";

    private Bar() {}

    /** A bar as long as {@code share} of {@code width} characters. */
    public static String of(double share, int width) {
        int eighths = (int) Math.round(clamp(share) * width * 8);
        return FULL.repeat(eighths / 8) + EIGHTHS.get(eighths % 8);
    }

    /** A bar of {@code width} characters, the part not yet done shown too. */
    public static String progress(double share, int width) {
        int full = (int) (clamp(share) * width);
        return FULL.repeat(full) + EMPTY.repeat(width - full);
    }

    private static double clamp(double share) {
        return Double.isNaN(share) ? 0 : Math.max(0, Math.min(1, share));
    }
}
