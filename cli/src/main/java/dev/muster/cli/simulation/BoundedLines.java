package dev.muster.cli.simulation;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.NoSuchElementException;

/**
 * The lines of a text, of which no more is held than a bound: a packed file of a few megabytes may hold a line of many gigabytes. A line
 * that is longer comes in parts, each one character longer than the bound, so that whoever has that bound refuses the first of them.
 */
final class BoundedLines implements Iterator<String> {

    private static final int END = -1;

    private final Reader reader;
    private final int mostCharacters;
    private int ahead;

    /**
     * Reads the first character.
     *
     * @param reader with a buffer
     * @throws UncheckedIOException when it cannot be read, here and later
     */
    BoundedLines(Reader reader, int mostCharacters) {
        this.reader = reader;
        this.mostCharacters = mostCharacters;
        this.ahead = read();
    }

    @Override
    public boolean hasNext() {
        return ahead != END;
    }

    @Override
    public String next() {
        if (!hasNext()) {
            throw new NoSuchElementException("the text has no more lines");
        }
        StringBuilder line = new StringBuilder();
        while (ahead != END && ahead != '\n') {
            if (line.length() > mostCharacters) {
                return line.toString();
            }
            line.append((char) ahead);
            ahead = read();
        }
        ahead = ahead == END ? END : read();
        return line.toString();
    }

    private int read() {
        try {
            return reader.read();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
