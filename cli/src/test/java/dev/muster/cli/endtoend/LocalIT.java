package dev.muster.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code muster demo} and {@code muster up}, with nothing left behind. */
class LocalIT {

    private static final Path PROGRAM = Path.of(System.getProperty("muster.distribution"), "bin", "muster");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    @Test
    void theDemoKeepsItsPromise() {
        CliRun result = muster("", "demo", "--data", "demo");

        assertThat(result.exitCode()).as(result.toString()).isZero();
        assertThat(result.out()).contains("all of it happened").doesNotContain("  ✗ ");
        assertThat(processesOf("demo")).isEmpty();
    }

    @Test
    void ctrlCStopsEverythingAndStateSurvives() throws IOException, InterruptedException {
        String port = String.valueOf(freePort());
        Process up = up("state", port);
        awaitUp();
        String server = "127.0.0.1:" + port;
        assertThat(muster(server, "nodes", "-o", "name").out()).isEqualTo("n1\nn2\n");
        assertThat(muster(server, "node", "cordon", "n1").exitCode()).isZero();

        // As the terminal does on Ctrl-C.
        new ProcessBuilder("kill", "-INT", String.valueOf(up.pid())).start().waitFor();

        assertThat(up.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(up.exitValue()).isEqualTo(130);
        assertThat(processesOf("state")).isEmpty();
        Process again = up("state", port);
        awaitUp();
        assertThat(muster(server, "nodes").out()).contains("n1    CORDONED");
        again.destroy();
        assertThat(again.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void nothingOutlivesAnUpThatIsKilled() throws IOException {
        Process up = up("killed", String.valueOf(freePort()));
        try {
            awaitUp();
            assertThat(processesOf("killed")).hasSizeGreaterThan(2);
        } finally {
            up.destroyForcibly();
        }

        await().atMost(PATIENCE).until(() -> processesOf("killed").isEmpty());
    }

    @Test
    void aDataDirectoryInUseIsRefusedAndThePortToo() throws IOException, InterruptedException {
        String port = String.valueOf(freePort());
        Process up = up("shared", port);
        awaitUp();

        CliRun sameData = muster("", "up", "--data", "shared", "--port", String.valueOf(freePort()));
        CliRun samePort = muster("", "up", "--data", "other", "--port", port);

        assertThat(sameData.exitCode()).isEqualTo(5);
        assertThat(sameData.err())
                .contains("is in use by another local cluster")
                .hasLineCount(1);
        assertThat(samePort.exitCode()).isEqualTo(1);
        assertThat(samePort.err()).contains("port " + port + " is in use").hasLineCount(1);
        assertThat(processesOf("other")).isEmpty();
        up.destroy();
        assertThat(up.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }

    private CliRun muster(String server, String... words) {
        return CliRun.of(command(server, words), folder);
    }

    private ProcessBuilder command(String server, String... words) {
        List<String> command = new ArrayList<>(List.of(PROGRAM.toString()));
        command.addAll(List.of(words));
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().put("MUSTER_SERVER", server);
        return builder;
    }

    private Process up(String data, String port) throws IOException {
        Files.deleteIfExists(folder.resolve("up.out"));
        String httpPort = String.valueOf(freePort());
        return command("", "up", "--nodes", "2", "--data", data, "--port", port, "--http-port", httpPort)
                .redirectOutput(folder.resolve("up.out").toFile())
                .redirectError(folder.resolve("up.err").toFile())
                .start();
    }

    private void awaitUp() {
        await().atMost(PATIENCE)
                .until(() -> Files.exists(folder.resolve("up.out"))
                        && Files.readString(folder.resolve("up.out")).contains("muster is up"));
    }

    /** Whatever runs with this data directory among its arguments. */
    private List<String> processesOf(String data) {
        String mark = folder.resolve(data) + "/";
        return ProcessHandle.allProcesses()
                .map(process -> Processes.commandLine(process.pid()))
                .filter(line -> line.contains(mark))
                .toList();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
