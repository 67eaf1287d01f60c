package dev.muster.agent.task;

import dev.muster.agent.device.Device;
import dev.muster.agent.device.Vendor;
import dev.muster.agent.process.OsProcessRunner;
import dev.muster.agent.process.ProcessSweeper;
import dev.muster.agent.process.ProcessTree;
import dev.muster.agent.process.RunToken;
import dev.muster.agent.time.BootClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;

/** A host with fake devices whose ranks are real processes. */
public final class TestHost implements AutoCloseable, RunListener {
    private final Path directory;
    private final String owner;
    private final ProcessSweeper sweeper = new ProcessSweeper();
    private final List<RunStatus> told = new CopyOnWriteArrayList<>();
    private final List<Progress> progress = new CopyOnWriteArrayList<>();
    private final DeviceLedger ledger;
    private final HostRuns runs;

    public TestHost(Path directory, int devices) throws IOException {
        this(directory, devices, null);
    }

    /** For a session's tests: with another listener. */
    public TestHost(Path directory, int devices, @org.jspecify.annotations.Nullable RunListener listener)
            throws IOException {
        this.directory = directory;
        this.owner = RunToken.ownerOf("n1", directory);
        this.ledger = new DeviceLedger(IntStream.range(0, devices)
                .mapToObj(index -> new Device(index, "fake-" + index, Vendor.FAKE, "fake", 1, ""))
                .toList());
        RunContext context = new RunContext(
                "n1",
                "127.0.0.1",
                owner,
                System.getenv(),
                OsProcessRunner.install(directory),
                sweeper,
                new OutputStore(directory, 5, 1 << 30, 64 << 10),
                ledger,
                BootClock.systemClocks(),
                listener == null ? this : listener);
        this.runs = new HostRuns(context, directory);
    }

    public HostRuns runs() {
        return runs;
    }

    DeviceLedger ledger() {
        return ledger;
    }

    List<Progress> progress() {
        return progress;
    }

    List<RunStatus> told(RunKey key) {
        return told.stream().filter(status -> status.key().equals(key)).toList();
    }

    RunStatus status(RunKey key) {
        return runs.status(key).orElseThrow();
    }

    boolean isIn(RunPhase phase, RunKey key) {
        return runs.status(key).filter(status -> status.phase() == phase).isPresent();
    }

    String output(RunKey key, int rank) throws IOException {
        OutputLog log = runs.output(key, rank).orElseThrow();
        byte[] buffer = new byte[1 << 20];
        StringBuilder text = new StringBuilder();
        long position = log.start();
        for (int count = log.read(position, buffer, buffer.length);
                count > 0;
                count = log.read(position, buffer, buffer.length)) {
            text.append(new String(buffer, 0, count, java.nio.charset.StandardCharsets.UTF_8));
            position += count;
        }
        return text.toString();
    }

    /** How many processes of any run live. */
    int processes() throws IOException {
        return sweeper.living(new ProcessTree(RunToken.prefixOfOwner(owner), List.of()))
                .size();
    }

    Path file(String name) {
        return directory.resolve(name);
    }

    boolean exists(String name) throws IOException {
        return Files.exists(file(name)) && Files.size(file(name)) > 0;
    }

    /** A run of this script with these ranks, each with one device. */
    static RunSpec spec(String jobUid, long epoch, int ranks, String script) {
        return spec(jobUid, epoch, ranks, ranks, List.of("sh", "-c", script), Map.of(), "");
    }

    static RunSpec spec(
            String jobUid,
            long epoch,
            int ranks,
            int accelerators,
            List<String> command,
            Map<String, String> environment,
            String workingDirectory) {
        return new RunSpec(
                new RunKey(jobUid, epoch),
                "research",
                "llama",
                (int) epoch,
                1,
                2,
                2,
                ranks,
                2 + ranks,
                accelerators,
                "10.0.0.1",
                29500,
                "z1/b1/r1/n1",
                command,
                workingDirectory,
                new HashMap<>(environment),
                "",
                0);
    }

    static StopOrder stop(RunKey key, Duration termGrace) {
        return new StopOrder(key, "because", "", Duration.ZERO, termGrace);
    }

    @Override
    public void runChanged(RunStatus status) {
        told.add(status);
    }

    @Override
    public void progressed(RunKey key, Progress latest) {
        progress.add(latest);
    }

    @Override
    public void progressMalformed(RunKey key) {}

    @Override
    public void close() {
        if (!runs.close("test over", Duration.ZERO, Duration.ofSeconds(20))) {
            throw new AssertionError("runs do not end: " + runs.statuses());
        }
    }
}
