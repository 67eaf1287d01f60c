package dev.muster.controller.tool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Tools as people and the CLI call them. */
class ControllerToolsTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(boolean onTerminal, String... words) {
        return ControllerTools.run(
                words,
                new ToolTerminal(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        onTerminal,
                        onTerminal));
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    private static String[] reliability(String... more) {
        String[] usual = {
            "reliability",
            "--hosts=100",
            "--failures-per-1000-host-days=10",
            "--restart-seconds=120",
            "--checkpoint-interval-seconds=600",
            "--days=30"
        };
        String[] all = java.util.Arrays.copyOf(usual, usual.length + more.length);
        System.arraycopy(more, 0, all, usual.length, more.length);
        return all;
    }

    @Test
    void onlyAWordBeforeTheOptionsIsATool() {
        assertThat(ControllerTools.names(new String[] {"reliability", "--hosts=1"}))
                .isTrue();
        assertThat(ControllerTools.names(new String[] {"--data", "reliability"}))
                .isFalse();
        assertThat(ControllerTools.names(new String[0])).isFalse();
    }

    @Test
    void jsonIsAllThereIsEvenOnATerminalThatShowsProgressAndYamlSaysTheSame() {
        assertThat(run(false, reliability("-o", "json"))).isZero();
        assertThat(out()).startsWith("{\n  \"ettr\": 0.9").endsWith("\"seed\": 42\n}\n");
        assertThat(out()).contains("\"buckets\": {\n    \"productive\": ");
        out.reset();
        assertThat(run(false, reliability("-o", "yaml"))).isZero();
        assertThat(out())
                .startsWith("ettr: 0.9")
                .contains("buckets:\n  productive: ")
                .endsWith("seed: 42\n");
        assertThat(err()).isEmpty();
    }

    @Test
    void aTableHasColoursOnATerminalUnlessTheyAreNotWanted() {
        assertThat(run(true, reliability())).isZero();
        assertThat(out()).contains("\u001b[32m█").contains("effective training time ratio 0.9");
        out.reset();
        assertThat(run(true, reliability("--no-color"))).isZero();
        assertThat(out()).doesNotContain("\u001b[32m");
        out.reset();
        assertThat(run(false, reliability())).isZero();
        assertThat(out()).doesNotContain("\u001b");
    }

    @Test
    void mistakesAreOneLineAndExitCodeTwo() {
        assertThat(run(false, "reliabilty")).isEqualTo(2);
        assertThat(run(false, "reliability", "--hosts", "many")).isEqualTo(2);
        assertThat(run(false, reliability("--spares=-1"))).isEqualTo(2);
        assertThat(run(false, reliability("-o", "xml"))).isEqualTo(2);
        assertThat(run(false, reliability("--queue-seconds=-5"))).isEqualTo(2);
        assertThat(out()).isEmpty();
        assertThat(err().lines())
                .hasSize(5)
                .allMatch(line -> line.startsWith("muster: "))
                .anyMatch(line -> line.endsWith("`muster-controller help` shows what there is"))
                .anyMatch(line -> line.equals("muster: spares is -1; it must be from 0 to 131072"))
                .anyMatch(line -> line.equals("muster: --output is xml; choose one of table, json, yaml"));
    }

    @Test
    void helpListsTheTools() {
        assertThat(run(false, "help")).isZero();
        assertThat(out()).contains("reliability").contains("against random");
    }
}
