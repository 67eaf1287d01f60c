package dev.muster.controller.tool;

/** Horizontal bars drawn with block characters. */
final class Bars {

    private static final int WIDTH = 30;
    private static final String[] EIGHTHS = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};

    private Bars() {}

    /** As long as the share, an eighth of a character exact. */
    static String of(double share) {
        int eighths = (int) Math.round(Math.max(0, Math.min(1, share)) * WIDTH * 8);
        return "█".repeat(eighths / 8) + EIGHTHS[eighths % 8];
    }

    /** The part that is not done shown too. */
    static String progress(double share) {
        int full = (int) (Math.max(0, Math.min(1, share)) * WIDTH);
        return "█".repeat(full) + "░".repeat(WIDTH - full);
    }
}
