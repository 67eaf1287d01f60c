package dev.muster.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.cli.command.MusterRun.Result;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code muster simulate} as people and scripts call it. */
class SimulateTest {

    @TempDir
    private Path folder;

    private Result muster(String... words) {
        return new MusterRun().in(folder).run(words);
    }

    @BeforeEach
    void aFleetAndATrace() throws IOException {
        Files.writeString(folder.resolve("fleet.yaml"), """
                apiVersion: muster.dev/v1alpha1
                kind: Cluster
                levels: [block, rack]
                generate:
                  - {counts: [2, 4], hostsPerDomain: 8, accelerators: 8}
                """);
        Files.writeString(folder.resolve("trace.csv"), """
                job_id,submit_s,duration_s,gpus
                a,0,100,512
                b,10,50,8
                """);
        Files.writeString(folder.resolve("one.json"), """
                {"id": "S1", "about": "one job", "levels": ["rack"],
                 "hosts": [{"name": "h1", "path": ["r1"], "capacity": {"gpu": 4}}],
                 "events": [{"at": 0, "submit": {"job": "j", "pods": 2, "request": {"gpu": 1}}},
                            {"at": 1, "submit": {"job": "k", "pods": 9, "request": {"gpu": 1}}}],
                 "until": 5, "expect": {}}
                """);
    }

    @Test
    void aScenarioIsPrintedAsAListForScripts() {
        Result run = muster("simulate", "--scenario", "one.json", "-o", "json");
        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .startsWith("[{\"id\":\"S1\",\"jobs\":{\"j\":{\"state\":\"RUNNING\",\"startedAt\":0")
                .contains("\"code\":\"IMPOSSIBLE\"")
                .endsWith("}]\n");
    }

    @Test
    void aScenarioIsATableForPeople() {
        assertThat(muster("simulate", "--scenario", "one.json").out())
                .contains("SCENARIO  JOB  STATE")
                .contains("S1        j    RUNNING")
                .contains("it can never start here");
    }

    @Test
    void aTraceIsSummedUpAndWritten() throws IOException {
        Result run = muster(
                "simulate",
                "--cluster",
                "fleet.yaml",
                "--trace",
                "trace.csv",
                "--policy",
                "fifo",
                "--out",
                "o",
                "-o",
                "json");
        assertThat(run.out()).contains("\"jobs\": 2").contains("\"avgQueueSeconds\": 45.0");
        assertThat(Files.readString(folder.resolve("o/jobs.csv"))).isEqualTo("""
                job_id,submit_s,start_s,end_s,queue_s,gpus,hosts,preemptions
                a,0,0,100,0,512,64,0
                b,10,100,150,90,8,1,0
                """);
        assertThat(Files.readString(folder.resolve("o/summary.json"))).contains("\"maxQueueSeconds\": 90");
    }

    @Test
    void theSpeedOfPlacementIsMeasuredOnAFleetInUse() {
        Result run = muster(
                "simulate",
                "--fleet",
                "--cluster",
                "fleet.yaml",
                "--gang-hosts",
                "8",
                "--preferred",
                "rack",
                "--fill",
                "0.5",
                "--repeat",
                "3",
                "-o",
                "json");
        assertThat(run.out())
                .contains("\"hosts\": 64")
                .contains("\"accelerators\": 512")
                .contains("\"gangHosts\": 8")
                .contains("\"placeMicros\"")
                .contains("\"lowerBoundDomainsUsed\"");
    }

    @Test
    void mistakesAreOneLineThatNamesTheValueAndWhatToDo() {
        assertRefused(
                "muster: nothing to simulate; give one of --scenario FILE, --trace FILE, --fleet, --reliability",
                "simulate");
        assertRefused(
                "muster: 2 things to simulate at once; give one of --scenario FILE, --trace FILE, --fleet, --reliability",
                "simulate",
                "--fleet",
                "--reliability");
        assertRefused(
                "muster: --policy is lifo; choose one of muster, fifo, sjf, srtf, srsf",
                "simulate",
                "--cluster",
                "fleet.yaml",
                "--trace",
                "trace.csv",
                "--policy",
                "lifo");
        assertRefused(
                "muster: --slice is 4rack; give HOSTS@LEVEL, such as 4@rack",
                "simulate",
                "--fleet",
                "--cluster",
                "fleet.yaml",
                "--slice",
                "4rack");
        assertRefused("muster: give the fleet with one of --cluster FILE, --topology FILE", "simulate", "--fleet");
    }

    @Test
    void aBrokenTraceOrScenarioIsNamedWithItsLine() throws IOException {
        Files.writeString(folder.resolve("bad.csv"), "job_id,submit_s,duration_s,gpus\na,0,x,8\n");
        Result trace = muster("simulate", "--cluster", "fleet.yaml", "--trace", "bad.csv");
        assertThat(trace.exitCode()).isEqualTo(2);
        assertThat(trace.err()).startsWith("muster: bad.csv:2: duration_s is \"x\"");
        Files.writeString(folder.resolve("bad.json"), "{\"id\": \"X\",\n \"hots\": []}");
        Result scenario = muster("simulate", "--scenario", "bad.json");
        assertThat(scenario.exitCode()).isEqualTo(2);
        assertThat(scenario.err()).contains("bad.json:2: hots: unknown field; did you mean hosts?");
    }

    @Test
    void aPackedTraceWithAnEndlessLineIsRefusedWithoutReadingItAll() throws IOException {
        try (OutputStream bomb = new GZIPOutputStream(Files.newOutputStream(folder.resolve("bomb.csv.gz")))) {
            bomb.write("job_id,submit_s,duration_s,gpus\n".getBytes(StandardCharsets.UTF_8));
            byte[] part = "a".repeat(1 << 20).getBytes(StandardCharsets.UTF_8);
            for (int mebibyte = 0; mebibyte < 64; mebibyte++) {
                bomb.write(part);
            }
        }
        assertRefused(
                "muster: bomb.csv.gz:2: has more than 4096 characters; is this a trace, one job a line?",
                "simulate",
                "--cluster",
                "fleet.yaml",
                "--trace",
                "bomb.csv.gz");
    }

    @Test
    void aPackedTraceThatIsCutOffIsRefused() throws IOException {
        Files.write(folder.resolve("cut.csv.gz"), new byte[] {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, 0});
        assertRefused(
                "muster: cut.csv.gz cannot be read: Unexpected end of ZLIB input stream; is it whole, and is it gzip?",
                "simulate",
                "--cluster",
                "fleet.yaml",
                "--trace",
                "cut.csv.gz");
    }

    @Test
    void whereNothingCanBeWrittenNothingIsSimulated() {
        assertRefused(
                "muster: --out fleet.yaml is a file; name a directory",
                "simulate",
                "--cluster",
                "fleet.yaml",
                "--trace",
                "trace.csv",
                "--out",
                "fleet.yaml");
    }

    @Test
    void aFillThatIsNoPartIsRefused() {
        for (String fill : List.of("NaN", "-0.1", "1.5")) {
            assertRefused(
                    "muster: --fill is " + fill + "; it must be from 0 to 1",
                    "simulate",
                    "--fleet",
                    "--cluster",
                    "fleet.yaml",
                    "--fill",
                    fill);
        }
    }

    private void assertRefused(String line, String... words) {
        Result run = muster(words);
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err().strip()).isEqualTo(line);
    }
}
