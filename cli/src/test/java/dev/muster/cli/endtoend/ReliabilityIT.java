package dev.muster.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code muster simulate --reliability}: a tool of the controller behind a command of the CLI. */
class ReliabilityIT {

    private static final String PROGRAM =
            Path.of(System.getProperty("muster.distribution"), "bin", "muster").toString();

    @TempDir
    private Path folder;

    private CliRun muster(String... words) {
        return CliRun.of(new ProcessBuilder(command(words)).directory(folder.toFile()), folder);
    }

    private static List<String> command(String... words) {
        return Stream.concat(Stream.of(PROGRAM, "simulate", "--reliability"), Stream.of(words))
                .toList();
    }

    private static String[] gang(String hosts, String days, String... more) {
        return Stream.concat(
                        Stream.of(
                                "--hosts",
                                hosts,
                                "--failures-per-1000-host-days",
                                "6.5",
                                "--restart-seconds",
                                "300",
                                "--checkpoint-interval-seconds",
                                "3600",
                                "--days",
                                days,
                                "--seed",
                                "3"),
                        Stream.of(more))
                .toArray(String[]::new);
    }

    @Test
    void jsonIsAllThatIsPrintedAndTheSameEachTime() {
        CliRun first = muster(gang("2000", "100", "-o", "json"));
        assertThat(first.exitCode()).as(first.toString()).isZero();
        assertThat(first.err()).isEmpty();
        assertThat(first.out())
                .startsWith("{\n  \"ettr\": 0.7")
                .contains("\"ettrFormula\": 0.684")
                .contains("\"ettrExact\": 0.720")
                .contains("\"mttfHours\": 1.846")
                .contains("\"productive\": ")
                .endsWith("\"seed\": 3\n}\n");
        assertThat(muster(gang("2000", "100", "-o", "json")).out()).isEqualTo(first.out());
    }

    @Test
    void peopleGetATableAndMistakesAreOneLine() {
        assertThat(muster(gang("100", "100")).out())
                .contains("BUCKET")
                .contains("effective training time ratio 0.9")
                .doesNotContain("\u001b");
        CliRun wrong = muster(gang("0", "100"));
        assertThat(wrong.exitCode()).isEqualTo(2);
        assertThat(wrong.err()).isEqualTo("muster: hosts is 0; it must be from 1 to 131072\n");
    }

    @Test
    void whoeverEndsTheCommandEndsTheToolToo() throws IOException, InterruptedException {
        Process tool = new ProcessBuilder(command(gang("131072", "5000")))
                .redirectErrorStream(true)
                .start();
        await().atMost(Duration.ofSeconds(30))
                .until(() -> tool.descendants().findAny().isPresent());
        List<ProcessHandle> children = tool.descendants().toList();
        tool.destroy();
        assertThat(tool.waitFor(30, TimeUnit.SECONDS)).isTrue();
        // The command asks its child to end and does not wait for it.
        await().atMost(Duration.ofSeconds(10)).until(() -> children.stream().noneMatch(ProcessHandle::isAlive));
    }
}
