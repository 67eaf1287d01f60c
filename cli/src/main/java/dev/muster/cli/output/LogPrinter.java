package dev.muster.cli.output;

import dev.muster.proto.v1.LogLine;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/**
 * Prints the output of ranks. Of one rank: its bytes as they are. Of many: whole lines, each with its rank before it. On a
 * terminal, sequences that steer the terminal are taken out and colours stay ({@link TerminalFilter}); to a file or pipe
 * every byte passes unchanged. Notices go to standard error.
 */
public final class LogPrinter {

    /** A line longer than this is printed in pieces. */
    private static final int LONGEST_LINE_BYTES = 64 << 10;

    private final Console console;
    private final boolean prefixed;
    private final Map<Integer, ByteArrayOutputStream> unfinished = new TreeMap<>();
    private final TerminalFilter filter = new TerminalFilter();

    public LogPrinter(Console console, boolean prefixed) {
        this.console = console;
        this.prefixed = prefixed;
    }

    public void print(LogLine line) {
        if (!line.getNotice().isEmpty()) {
            console.flush();
            console.error("{} {}", Styled.dim("[rank " + line.getRank() + "]"), Styled.dim(line.getNotice()));
        }
        byte[] data = line.getData().toByteArray();
        if (data.length == 0) {
            return;
        }
        if (prefixed) {
            split(line.getRank(), data);
        } else {
            write(data);
        }
        console.flush();
    }

    /** Prints what was not ended by a line feed. */
    public void finish() {
        unfinished.forEach((rank, rest) -> {
            if (rest.size() > 0) {
                writeLine(rank, rest);
            }
        });
        console.flush();
    }

    private void split(int rank, byte[] data) {
        ByteArrayOutputStream line = unfinished.computeIfAbsent(rank, key -> new ByteArrayOutputStream());
        for (byte next : data) {
            if (next == '\n' || line.size() >= LONGEST_LINE_BYTES) {
                writeLine(rank, line);
            }
            if (next != '\n') {
                line.write(next);
            }
        }
    }

    private void writeLine(int rank, ByteArrayOutputStream line) {
        console.printSafe(console.render("{} ", Styled.dim("[" + rank + "]")));
        line.write('\n');
        write(line.toByteArray());
        line.reset();
    }

    private void write(byte[] data) {
        byte[] shown = console.isTerminal() ? filter.filter(data) : data;
        try {
            console.bytes().write(shown);
        } catch (IOException failure) {
            throw new CommandFailure(ExitCode.FAILED, "cannot write the output: " + failure.getMessage(), failure);
        }
    }
}
