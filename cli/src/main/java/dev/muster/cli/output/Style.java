package dev.muster.cli.output;

/** How text looks on a terminal that shows colours. */
public enum Style {
    PLAIN(""),
    BOLD("\u001b[1m"),
    DIM("\u001b[2m"),
    RED("\u001b[31m"),
    GREEN("\u001b[32m"),
    YELLOW("\u001b[33m"),
    BLUE("\u001b[34m"),
    MAGENTA("\u001b[35m"),
    CYAN("\u001b[36m");

    private static final String RESET = "\u001b[0m";

    private final String start;

    Style(String start) {
        this.start = start;
    }

    String paint(String safeText) {
        return start.isEmpty() || safeText.isEmpty() ? safeText : start + safeText + RESET;
    }
}
