package dev.muster.cli.output;

/** The last line of a terminal, drawn over and over, with other lines printed above it. Draws nothing elsewhere. */
public final class LiveLine {

    private static final String CLEAR = "\r\u001b[K";

    private final Console console;
    private String shown = "";

    public LiveLine(Console console) {
        this.console = console;
    }

    /** Draws these words in place of what stood there. They must fit into the terminal's width. */
    public void show(String format, Object... parts) {
        if (console.isTerminal()) {
            shown = console.render(format, parts);
            console.printSafe(CLEAR + shown);
        }
    }

    /** Prints a line above. */
    public void line(String format, Object... parts) {
        if (!shown.isEmpty()) {
            console.printSafe(CLEAR);
        }
        console.line(format, parts);
        console.printSafe(shown);
    }

    /** Takes the line away; to be called before anything else prints. */
    public void clear() {
        if (!shown.isEmpty()) {
            console.printSafe(CLEAR);
            shown = "";
        }
    }
}
