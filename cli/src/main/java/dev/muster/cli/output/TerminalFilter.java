package dev.muster.cli.output;

import java.io.ByteArrayOutputStream;

/**
 * Takes out of a byte stream what would steer a terminal: cursor movements, titles, clipboard writes, alternate screens.
 * Text, tabs, line ends, carriage returns (progress bars) and colours ({@code ESC [ ... m}) stay. A sequence may be cut
 * anywhere between two calls.
 */
final class TerminalFilter {

    private static final int ESCAPE = 0x1b;
    private static final int BELL = 0x07;
    private static final int LONGEST_COLOUR = 32;

    private enum State {
        TEXT,
        /** After ESC. */
        ESCAPED,
        /** Inside {@code ESC [}. */
        CONTROL,
        /** Inside {@code ESC ]} and its like, up to BEL or ESC \. */
        STRING,
        STRING_ESCAPED,
        /** After 0xC2, which begins the two-byte form of the control characters 0x80 to 0x9F. */
        LEAD
    }

    private State state = State.TEXT;
    private final ByteArrayOutputStream sequence = new ByteArrayOutputStream();

    byte[] filter(byte[] data) {
        ByteArrayOutputStream kept = new ByteArrayOutputStream(data.length);
        for (byte next : data) {
            accept(next & 0xff, kept);
        }
        return kept.toByteArray();
    }

    private void accept(int next, ByteArrayOutputStream kept) {
        if (next == '\n') {
            // Nothing that is worth keeping goes over the end of a line, and nobody's open sequence swallows the rest.
            state = State.TEXT;
        }
        switch (state) {
            case TEXT -> text(next, kept);
            case ESCAPED -> escaped(next);
            case CONTROL -> control(next, kept);
            case STRING -> state = next == BELL ? State.TEXT : next == ESCAPE ? State.STRING_ESCAPED : State.STRING;
            case STRING_ESCAPED -> state = next == '\\' ? State.TEXT : State.STRING;
            case LEAD -> {
                state = State.TEXT;
                if (next >= 0xa0) {
                    kept.write(0xc2);
                    kept.write(next);
                } else if (next < 0x80) {
                    text(next, kept);
                }
            }
        }
    }

    private void text(int next, ByteArrayOutputStream kept) {
        if (next == ESCAPE) {
            state = State.ESCAPED;
        } else if (next == 0xc2) {
            state = State.LEAD;
        } else if ((next >= 0x20 && next != 0x7f) || next == '\n' || next == '\r' || next == '\t') {
            kept.write(next);
        }
    }

    private void escaped(int next) {
        if (next == '[') {
            sequence.reset();
            state = State.CONTROL;
        } else if (next == ']' || next == 'P' || next == '_' || next == '^' || next == 'X') {
            state = State.STRING;
        } else {
            state = State.TEXT;
        }
    }

    private void control(int next, ByteArrayOutputStream kept) {
        boolean ends = next >= 0x40 && next <= 0x7e;
        boolean belongs = next >= 0x20 && next < 0x40;
        if (ends && next == 'm' && sequence.size() <= LONGEST_COLOUR) {
            kept.write(ESCAPE);
            kept.write('[');
            kept.writeBytes(sequence.toByteArray());
            kept.write('m');
        }
        if (belongs && sequence.size() <= LONGEST_COLOUR) {
            sequence.write(next);
        }
        if (!belongs) {
            state = State.TEXT;
        }
        if (!belongs && !ends) {
            text(next, kept);
        }
    }
}
