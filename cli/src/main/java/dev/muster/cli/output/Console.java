package dev.muster.cli.output;

import java.io.OutputStream;
import java.io.PrintStream;
import java.util.function.IntSupplier;

/**
 * Where a command prints. Every value that is put into a line is made safe first; only the formats, which are constants of
 * this program, are printed as they are.
 */
public final class Console {

    private final PrintStream out;
    private final PrintStream err;
    private final boolean terminal;
    private final boolean colours;
    private final boolean errorColours;
    private final IntSupplier columns;

    /**
     * @param terminal whether {@code out} is a terminal somebody looks at
     * @param colours whether {@code out} shows them, {@code errorColours} whether {@code err} does
     * @param columns the width of the terminal, asked for only where it matters
     */
    public Console(
            PrintStream out,
            PrintStream err,
            boolean terminal,
            boolean colours,
            boolean errorColours,
            IntSupplier columns) {
        this.out = out;
        this.err = err;
        this.terminal = terminal;
        this.colours = colours;
        this.errorColours = errorColours;
        this.columns = columns;
    }

    public Console withoutColours() {
        return new Console(out, err, terminal, false, false, columns);
    }

    public boolean isTerminal() {
        return terminal;
    }

    public int columns() {
        return columns.getAsInt();
    }

    /** Prints a line to standard output; each {@code {}} is replaced by the next part, a {@link Styled} or a value. */
    public void line(String format, Object... parts) {
        out.println(render(format, parts).stripTrailing());
        out.flush();
    }

    /** As {@link #line}, to standard error. */
    public void error(String format, Object... parts) {
        err.println(render(errorColours, format, parts).stripTrailing());
        err.flush();
    }

    /** Prints text whose every part has been made safe already. */
    public void printSafe(String text) {
        out.print(text);
        out.flush();
    }

    /** Standard output itself, for bytes that must stay as they are. */
    public OutputStream bytes() {
        return out;
    }

    public void flush() {
        out.flush();
        err.flush();
    }

    /** The line as {@link #line} would print it to standard output. */
    public String render(String format, Object... parts) {
        return render(colours, format, parts);
    }

    private static String render(boolean colours, String format, Object... parts) {
        StringBuilder line = new StringBuilder(format.length() + 32);
        int from = 0;
        for (Object part : parts) {
            int at = format.indexOf("{}", from);
            if (at < 0) {
                throw new IllegalArgumentException("more parts than places in: " + format);
            }
            line.append(format, from, at).append(render(colours, part));
            from = at + 2;
        }
        return line.append(format, from, format.length()).toString();
    }

    String render(Styled styled) {
        return styled.render(colours);
    }

    private static String render(boolean colours, Object part) {
        return part instanceof Styled styled ? styled.render(colours) : SafeText.of(String.valueOf(part));
    }
}
