package dev.muster.agent.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputLogTest {
    @TempDir
    Path directory;

    @Test
    void whatIsKeptIsAlwaysTheNewestPartUnbroken() throws IOException {
        // Against the simplest model there is: everything ever written.
        Random random = new Random(42);
        OutputLog log = OutputLog.create(directory.resolve("log"), 1000);
        StringBuilder all = new StringBuilder();
        for (int round = 0; round < 500; round++) {
            String piece = Integer.toString(round).repeat(1 + random.nextInt(random.nextBoolean() ? 5 : 400)) + "\n";
            all.append(piece);
            append(log, piece);

            String kept = read(log);
            assertThat(log.end()).isEqualTo(all.length());
            assertThat(kept.length()).isBetween(Math.min(all.length(), 500), 1000);
            assertThat(all.toString()).endsWith(kept);
            assertThat(log.start()).isEqualTo(all.length() - kept.length());
        }
        log.complete();
        assertThat(read(OutputLog.existing(directory.resolve("log")))).isEqualTo(read(log));
    }

    @Test
    void theTailIsCountedInLines() throws IOException {
        OutputLog log = OutputLog.create(directory.resolve("log"), 100);
        for (int line = 1; line <= 30; line++) {
            append(log, "line " + line + "\n");
        }
        append(log, "unfinished");

        assertThat(from(log, log.tailStart(1))).isEqualTo("unfinished");
        assertThat(from(log, log.tailStart(3))).isEqualTo("line 29\nline 30\nunfinished");
        assertThat(from(log, log.tailStart(11))).as("over both segments").startsWith("line 21\n");
        assertThat(log.tailStart(1000)).isEqualTo(log.start());
        assertThat(log.tailStart(0)).isEqualTo(log.start());
    }

    @Test
    void theTailOfLongLinesIsFoundToo() throws IOException {
        OutputLog log = OutputLog.create(directory.resolve("log"), 1 << 20);
        append(log, "a".repeat(30_000) + "\n" + "b".repeat(30_000) + "\n" + "c".repeat(30_000) + "\n");

        assertThat(from(log, log.tailStart(2))).hasSize(60_002).startsWith("b");
    }

    @Test
    void lastWordsAreFewLinesAndFewBytes() throws IOException {
        OutputLog log = OutputLog.create(directory.resolve("log"), 1000);
        append(log, "x\n".repeat(100));
        assertThat(log.lastLines().lines()).hasSize(20);
        append(log, "y".repeat(5000));
        assertThat(log.lastLines()).isEqualTo("y".repeat(2048));
    }

    @Test
    void aDiskThatTakesNothingCostsOutputOnly() throws IOException {
        OutputLog log = OutputLog.create(directory.resolve("log"), 120);
        append(log, "x".repeat(60));
        // The next segment cannot be made any more.
        Files.delete(directory.resolve("log"));
        Files.createDirectory(directory.resolve("log.1"));
        Files.createFile(directory.resolve("log.1").resolve("in the way"));
        append(log, "last words\n");

        assertThat(log.lostBytes()).isPositive();
        assertThat(log.lastLines()).endsWith("last words");
    }

    private static void append(OutputLog log, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        log.append(bytes, bytes.length);
    }

    private static String read(OutputLog log) throws IOException {
        return from(log, log.start());
    }

    private static String from(OutputLog log, long start) throws IOException {
        StringBuilder text = new StringBuilder();
        byte[] buffer = new byte[77];
        long position = start;
        for (int count = log.read(position, buffer, 77); count > 0; count = log.read(position, buffer, 77)) {
            text.append(new String(buffer, 0, count, StandardCharsets.UTF_8));
            position += count;
        }
        return text.toString();
    }
}
