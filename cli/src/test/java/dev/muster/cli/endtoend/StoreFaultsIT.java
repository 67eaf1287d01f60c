package dev.muster.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real controller on a directory that it must not or cannot use: one clear line, and nothing lost. */
class StoreFaultsIT {

    private static final Path BIN = Path.of(System.getProperty("muster.distribution"), "bin");
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final String JOB = """
            apiVersion: muster.dev/v1alpha1
            kind: TrainingJob
            metadata: {name: NAME}
            spec:
              gang: {hosts: 1, perHost: {accelerators: 1}}
              template: {command: ["true"]}
            """;

    @TempDir
    private Path folder;

    private Optional<Process> controller = Optional.empty();
    private Optional<Path> mounted = Optional.empty();

    @AfterEach
    void stop() throws Exception {
        kill();
        if (mounted.isPresent()) {
            run("umount", mounted.get().toString());
        }
    }

    @Test
    void aSecondControllerOnADirectoryIsRefusedAndTheFirstGoesOn() throws Exception {
        start("data");
        assertThat(submit("first").exitCode()).isZero();

        CliRun second = runController("data");

        assertThat(second.exitCode()).isEqualTo(1);
        assertThat(second.err())
                .hasLineCount(1)
                .contains("is in use by process " + controller.orElseThrow().pid(), "choose another --data");
        assertThat(muster("admin", "verify", "--data", "data").err())
                .hasLineCount(1)
                .contains("is in use by process");
        assertThat(submit("second").exitCode()).isZero();
        kill();
        assertThat(jobsIn("data")).contains("jobs/default/first", "jobs/default/second");
    }

    @Test
    void aStoreWithFlippedBytesIsRefusedAndLeftAsItIs() throws Exception {
        start("data");
        assertThat(submit("first").exitCode()).isZero();
        kill();
        Path file = folder.resolve("data").resolve("muster.db");
        byte[] bytes = Files.readAllBytes(file);
        for (int place = 2 * 4096 + 100; place < bytes.length; place += 53) {
            bytes[place] ^= 0x40;
        }
        Files.write(file, bytes);

        for (CliRun refused : List.of(runController("data"), muster("admin", "verify", "--data", "data"))) {
            assertThat(refused.exitCode()).isEqualTo(1);
            assertThat(refused.err()).hasLineCount(1).contains("muster.db", "damaged", "backup");
            assertThat(Files.readAllBytes(file)).isEqualTo(bytes);
        }
    }

    @Test
    void onAFullDiskNothingThatWasAcknowledgedIsLost() throws Exception {
        Path small = Files.createDirectory(folder.resolve("small"));
        int mount = run("mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", small.toString());
        Assumptions.assumeTrue(mount == 0, "no small file system can be mounted here; a full disk is faked elsewhere");
        mounted = Optional.of(small);
        start("small/data");
        List<String> acknowledged = new ArrayList<>();
        CliRun last = submit("job0");
        for (int i = 1; last.exitCode() == 0 && i < 60; i++) {
            acknowledged.add("jobs/default/job" + (i - 1));
            fill(small.resolve("filler" + i));
            last = submit("job" + i);
        }

        assertThat(last.exitCode()).as("the disk fills up").isNotZero();
        assertThat(controller.orElseThrow().waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(Files.readString(folder.resolve("controller.err")))
                .contains("No space left on device", "nothing that was acknowledged is lost");
        try (var fillers = Files.newDirectoryStream(small, "filler*")) {
            for (Path filler : fillers) {
                Files.delete(filler);
            }
        }
        assertThat(jobsIn("small/data")).contains(acknowledged.toArray(String[]::new));
        start("small/data");
        assertThat(submit("goes-on").exitCode()).isZero();
    }

    /** As much as still fits of a part of the disk. */
    private static void fill(Path file) {
        try {
            Files.write(file, new byte[16_000]);
        } catch (IOException full) {
            assertThat(full).hasMessageContaining("No space left");
        }
    }

    private void start(String data) throws IOException {
        Path ready = folder.resolve("ready");
        Files.deleteIfExists(ready);
        controller = Optional.of(controller(data)
                .redirectOutput(folder.resolve("controller.out").toFile())
                .redirectError(folder.resolve("controller.err").toFile())
                .start());
        await().atMost(PATIENCE).until(() -> Files.exists(ready));
    }

    private ProcessBuilder controller(String data) {
        return new ProcessBuilder(
                        BIN.resolve("muster-controller").toString(),
                        "--data",
                        data,
                        "--port",
                        "0",
                        "--http-port",
                        "0",
                        "--ready-file",
                        "ready")
                .directory(folder.toFile());
    }

    private CliRun runController(String data) {
        return CliRun.of(controller(data), folder);
    }

    private void kill() throws InterruptedException {
        if (controller.isPresent()) {
            controller.get().destroyForcibly();
            assertThat(controller.get().waitFor(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    private CliRun submit(String name) throws IOException {
        Files.writeString(folder.resolve("job.yaml"), JOB.replace("NAME", name));
        return muster("submit", "job.yaml");
    }

    private CliRun muster(String... words) {
        List<String> command = new ArrayList<>(List.of(BIN.resolve("muster").toString()));
        command.addAll(List.of(words));
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().put("MUSTER_SERVER", "127.0.0.1:" + port());
        return CliRun.of(builder, folder);
    }

    private String port() {
        try {
            return Files.readString(folder.resolve("ready"))
                    .lines()
                    .filter(line -> line.startsWith("grpc="))
                    .map(line -> line.substring("grpc=".length()))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException problem) {
            throw new AssertionError(problem);
        }
    }

    /** Keys of jobs, without their root. */
    private List<String> jobsIn(String data) {
        CliRun dump = muster("admin", "dump", "--data", data, "--prefix", "/muster/v1/jobs/");
        assertThat(dump.exitCode()).as(dump.err()).isZero();
        return dump.out()
                .lines()
                .map(line -> line.substring(line.indexOf("jobs/"), line.indexOf("\",\"kind\"")))
                .toList();
    }

    private static int run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }
}
