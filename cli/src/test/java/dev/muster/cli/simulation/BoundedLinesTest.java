package dev.muster.cli.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.Reader;
import java.io.StringReader;
import org.junit.jupiter.api.Test;

/** Lines are as in the text, and never held beyond a bound. */
class BoundedLinesTest {

    private static BoundedLines lines(String text) {
        return new BoundedLines(new StringReader(text), 4);
    }

    @Test
    void linesAreAsTheyAreWithOrWithoutAnEndOfTheLast() {
        assertThat(lines("ab\n\ncd\r\nabcd")).toIterable().containsExactly("ab", "", "cd\r", "abcd");
        assertThat(lines("ab\n")).toIterable().containsExactly("ab");
        assertThat(lines("")).isExhausted();
    }

    @Test
    void aLongLineIsLongerThanTheBoundByOne() {
        assertThat(lines("abcdefgh\ni").next()).isEqualTo("abcde");
    }

    @Test
    void anEndlessLineDoesNotFillTheMemory() {
        Reader endless = new Reader() {
            @Override
            public int read(char[] buffer, int offset, int length) {
                for (int at = 0; at < length; at++) {
                    buffer[offset + at] = 'a';
                }
                return length;
            }

            @Override
            public void close() {}
        };
        assertThat(new BoundedLines(new BufferedReader(endless), 4).next()).isEqualTo("aaaaa");
    }
}
