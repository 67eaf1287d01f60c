package dev.muster.cli.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.scheduler.document.Document;
import dev.muster.scheduler.document.DocumentException;
import dev.muster.scheduler.document.DocumentLimits;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextTest {

    @Test
    void ordinaryTextStaysAsItIs() {
        assertThat(SafeText.of("héllo 世界 ✓ b1/r1")).isEqualTo("héllo 世界 ✓ b1/r1");
    }

    @Test
    void whatSteersATerminalIsShownInstead() {
        assertThat(SafeText.of("a\u001b[2J\nb\tc\r\u009b\u202e\u2066\u007f"))
                .isEqualTo("a\\x1b[2J\\nb\\tc\\x0d\\x9b\\u202e\\u2066\\x7f");
    }

    @ParameterizedTest
    @CsvSource({"0, 0s", "850, 850ms", "12000, 12s", "200000, 3m20s", "180000, 3m", "7500000, 2h5m", "356400000, 4d3h"})
    void durationsAreShort(long millis, String expected) {
        assertThat(Times.brief(Duration.ofMillis(millis))).isEqualTo(expected);
    }

    @Test
    void secondsAreExact() {
        assertThat(Times.seconds(0).toPlainString()).isEqualTo("0");
        assertThat(Times.seconds(100_000).toPlainString()).isEqualTo("100");
        assertThat(Times.seconds(1_500).toPlainString()).isEqualTo("1.5");
        assertThat(Times.seconds(Long.MAX_VALUE).toPlainString()).isEqualTo("9223372036854775.807");
    }

    @Test
    void timesLieBeforeOrAhead() {
        Instant now = Instant.ofEpochSecond(1_000_000);
        assertThat(Times.relative(now.minusSeconds(300).toEpochMilli(), now)).isEqualTo("5m ago");
        assertThat(Times.relative(now.plusSeconds(300).toEpochMilli(), now)).isEqualTo("in 5m");
        assertThat(Times.relative(0, now)).isEqualTo("-");
    }

    @Test
    void bytesAndCoresReadWell() {
        assertThat(Words.bytes(0)).isEqualTo("0");
        assertThat(Words.bytes(1536)).isEqualTo("1.5Ki");
        assertThat(Words.bytes(Long.MAX_VALUE)).isEqualTo("8Ei");
        assertThat(Words.cores(1500)).isEqualTo("1.5");
        assertThat(Words.cores(96_000)).isEqualTo("96");
    }

    @Test
    void barsAreAsLongAsTheShare() {
        assertThat(Bar.of(0.5, 10)).isEqualTo("█████");
        assertThat(Bar.of(7, 3)).isEqualTo("███");
        assertThat(Bar.of(Double.NaN, 3)).isEmpty();
        assertThat(Bar.progress(0.99, 4)).isEqualTo("███░");
    }

    @Test
    void aConsoleCountsItsParts() {
        Console console = new Console(System.out, System.err, false, false, false, () -> 80);
        assertThat(console.render("{} and {}", "one", 2)).isEqualTo("one and 2");
        assertThatThrownBy(() -> console.render("{}", "one", "two")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void yamlIsReadBackAsItWasWritten() throws DocumentException {
        Fields fields = new Fields()
                .text("plain", "b1/r1")
                .text("yes", "yes")
                .text("number", "0123")
                .text("strange", "a: b # c\n\"d\" \u001b é")
                .texts("list", List.of("x", "- y", ""))
                .texts("none", List.of())
                .object("inner", new Fields().number("n", 1.5).flag("f", true))
                .object("empty", new Fields())
                .objects("objects", List.of(new Fields().number("a", 1).text("b", "c"), new Fields().number("a", 2)));
        String yaml = YamlWriter.write(fields);
        String json = JsonWriter.write(fields);

        // JSON is YAML: both must be the same document to a reader that knows neither writer.
        assertThat(shape(yaml)).isEqualTo(shape(json));
        assertThat(yaml).doesNotContain("\u001b");
    }

    private static String shape(String text) throws DocumentException {
        return Document.read(text.getBytes(StandardCharsets.UTF_8), DocumentLimits.JOB)
                .toString()
                .replaceAll("line=\\d+", "")
                .replaceAll("quoted=(true|false)", "");
    }

    @Test
    void theFilterGivesTheSameWhereverItsInputIsCut() {
        String coloured = "a\u001b[31mred\u001b[0m\u001b]0;title\u0007b\u001b[2J\u001b[1;1Hc\u0085d é\u001bPq\u001b\\e";
        String unfinished = "\u001b]open";
        byte[] input =
                String.join("\n", coloured, unfinished, "next\u0008\r100%", "").getBytes(StandardCharsets.UTF_8);
        String expected = "a\u001b[31mred\u001b[0mbcd ée\n\nnext\r100%\n";
        SplittableRandom random = new SplittableRandom(11);

        for (int round = 0; round < 200; round++) {
            TerminalFilter filter = new TerminalFilter();
            ByteArrayOutputStream kept = new ByteArrayOutputStream();
            for (int from = 0; from < input.length; ) {
                int until = Math.min(input.length, from + 1 + random.nextInt(5));
                kept.writeBytes(filter.filter(Arrays.copyOfRange(input, from, until)));
                from = until;
            }
            assertThat(kept.toString(StandardCharsets.UTF_8))
                    .as("round %d", round)
                    .isEqualTo(expected);
        }
    }
}
