package dev.muster.controller.tool;

import java.io.PrintStream;

/**
 * Where a tool prints: what was asked for to {@code out}, and nothing else, so that it can be parsed; errors to
 * {@code err}.
 *
 * @param isTerminal whether somebody looks at {@code out}
 * @param colours whether {@code out} shows them
 */
public record ToolTerminal(PrintStream out, PrintStream err, boolean isTerminal, boolean colours) {

    private static final String CLEAR = "\r\u001b[K";

    ToolTerminal withoutColours() {
        return new ToolTerminal(out, err, isTerminal, false);
    }

    /** Draws a line in place of the one drawn before; nothing where nobody looks. */
    void live(String line) {
        if (isTerminal) {
            out.print(CLEAR + line);
            out.flush();
        }
    }

    void clear() {
        live("");
    }
}
