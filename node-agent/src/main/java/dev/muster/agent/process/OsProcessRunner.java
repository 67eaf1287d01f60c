package dev.muster.agent.process;

import dev.muster.agent.time.BootClock;
import dev.muster.agent.time.Clocks;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Processes of this operating system (Linux), ranks behind the guard script. */
public final class OsProcessRunner implements ProcessRunner {
    private static final String GUARD = "guard.sh";
    private static final int OUTPUT_LIMIT_BYTES = 256 << 10;
    private static final long POLL_MILLIS = 10;
    private static final long DEATH_MILLIS = 500;

    private final Path guard;
    private final ProcessSweeper sweeper = new ProcessSweeper();
    private final Clocks clocks = BootClock.systemClocks();

    private OsProcessRunner(Path guard) {
        this.guard = guard;
    }

    /**
     * Writes the guard script into the directory.
     *
     * @throws IOException when it cannot be written, or a program that it needs is missing
     */
    public static OsProcessRunner install(Path directory) throws IOException {
        requirePrograms("sh", "setsid", "grep", "sleep");
        Path guard = directory.resolve(GUARD);
        Path fresh = directory.resolve(GUARD + ".new");
        try (InputStream script = OsProcessRunner.class.getResourceAsStream(GUARD)) {
            if (script == null) {
                throw new IOException("the resource " + GUARD + " is missing; the installation is damaged");
            }
            Files.copy(script, fresh, StandardCopyOption.REPLACE_EXISTING);
        }
        // By renaming: a watcher of a former life may still be reading the old text.
        Files.move(fresh, guard, StandardCopyOption.ATOMIC_MOVE);
        return new OsProcessRunner(guard.toAbsolutePath());
    }

    @Override
    public ToolResult run(List<String> command, Duration limit) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .start();
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        long deadline = clocks.nanos() + limit.toNanos();
        boolean timedOut = false;
        InputStream stream = process.getInputStream();
        while (!process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
            drain(stream, output);
            if (clocks.nanos() > deadline) {
                timedOut = true;
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                // Through the handle: the process itself would close its output with what is still in it.
                process.toHandle().destroyForcibly();
                process.waitFor(DEATH_MILLIS, TimeUnit.MILLISECONDS);
                break;
            }
        }
        drain(stream, output);
        stream.close();
        int exitCode = process.isAlive() ? -1 : process.exitValue();
        return new ToolResult(exitCode, output.toString(StandardCharsets.UTF_8), timedOut, process.toHandle());
    }

    @Override
    public RankProcess start(RankLaunch launch) throws IOException {
        if (launch.command().isEmpty() || launch.command().get(0).startsWith("-")) {
            throw new IOException("the command " + launch.command() + " does not start with a program; name one");
        }
        List<String> command = new ArrayList<>(List.of("setsid", "sh", guard.toString(), "run"));
        command.add(launch.token().text());
        command.addAll(launch.command());
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(launch.directory().toFile())
                .redirectErrorStream(true);
        Map<String, String> environment = builder.environment();
        environment.clear();
        try {
            environment.putAll(launch.environment());
            environment.put(RunToken.VARIABLE, launch.token().text());
            return new GuardedProcess(builder.start());
        } catch (IllegalArgumentException | NullPointerException e) {
            // A variable's name or value, or an argument, that the operating system cannot take.
            throw new IOException(e.getMessage(), e);
        }
    }

    // Never blocks: a descendant that outlives the tool may hold the pipe open.
    private static void drain(InputStream stream, ByteArrayOutputStream output) throws IOException {
        byte[] buffer = new byte[8192];
        for (int available = stream.available(); available > 0; available = stream.available()) {
            int count = stream.read(buffer, 0, Math.min(available, buffer.length));
            if (count < 0) {
                return;
            }
            output.write(buffer, 0, Math.min(count, OUTPUT_LIMIT_BYTES - output.size()));
        }
    }

    private static void requirePrograms(String... names) throws IOException {
        String[] directories =
                System.getenv().getOrDefault("PATH", "/usr/bin:/bin").split(":", -1);
        for (String name : names) {
            boolean found = false;
            for (String directory : directories) {
                found |= Files.isExecutable(Path.of(directory).resolve(name));
            }
            if (!found) {
                throw new IOException(
                        "the program " + name + " is not in PATH; install it (util-linux, coreutils, grep)");
            }
        }
    }

    private final class GuardedProcess implements RankProcess {
        private final Process process;
        // Held open for as long as the rank may live: its closing is what wakes the watcher.
        private final OutputStream lifeline;
        private final ProcessTree.SessionLeader leader;
        private long endTicks = Long.MAX_VALUE;

        GuardedProcess(Process process) {
            this.process = process;
            this.lifeline = process.getOutputStream();
            this.leader = sweeper.leader(process.pid());
        }

        @Override
        public boolean isAlive() {
            return process.isAlive();
        }

        @Override
        public int exitCode() {
            return process.exitValue();
        }

        @Override
        public InputStream output() {
            return process.getInputStream();
        }

        @Override
        public synchronized ProcessTree.SessionLeader leader() {
            if (endTicks == Long.MAX_VALUE && !process.isAlive()) {
                endTicks = ProcessSweeper.nowTicks(clocks.nanos());
            }
            return new ProcessTree.SessionLeader(leader.pid(), leader.startTicks(), endTicks);
        }

        @Override
        public void release() {
            try {
                lifeline.close();
            } catch (IOException e) {
                // The other end is gone already, which is what closing is for.
            }
        }
    }
}
