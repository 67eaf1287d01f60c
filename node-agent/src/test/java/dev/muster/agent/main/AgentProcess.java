package dev.muster.agent.main;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A real agent in a process of its own, started from the class path of the tests. */
final class AgentProcess implements AutoCloseable {
    private final Process process;
    private final Path errors;

    private AgentProcess(Process process, Path errors) {
        this.process = process;
        this.errors = errors;
    }

    static AgentProcess start(Path directory, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-Xmx48m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.muster.agent.main.AgentMain"));
        command.addAll(List.of(arguments));
        Path errors = Files.createTempFile(directory, "agent", ".err");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(errors.toFile())
                .start();
        return new AgentProcess(process, errors);
    }

    /** The usual options for an agent that registers with this controller. */
    static String[] options(String controller, Path data, String... more) {
        List<String> options = new ArrayList<>(
                List.of("--controller", controller, "--host", "n1", "--data", data.toString(), "--http-port", "0"));
        options.addAll(List.of(more));
        return options.toArray(String[]::new);
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    void kill9() {
        process.destroyForcibly();
    }

    void terminate() {
        process.destroy();
    }

    int exitCode() throws InterruptedException {
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            throw new AssertionError("the agent does not end: " + process.pid());
        }
        return process.exitValue();
    }

    String output() throws IOException {
        return Files.readString(errors, StandardCharsets.UTF_8);
    }

    /** Ends it at once; the kernel needs no more than a moment for it. */
    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
