package dev.muster.agent.task;

import dev.muster.agent.device.Device;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What must be there before the first rank is started.
 *
 * @param directory where the ranks begin
 */
record RunPreparation(List<Device> devices, Path directory, RankEnvironment environment) {
    /**
     * Claims devices and makes directories. May block for as long as a file server hangs.
     *
     * @throws IOException with one line for people, when the run cannot start here
     */
    static RunPreparation prepare(RunSpec spec, RunContext context) throws IOException {
        if (spec.command().isEmpty()) {
            throw new IOException("the job has no command; give one in its template");
        }
        List<Device> devices = context.ledger()
                .claim(spec.key(), spec.accelerators())
                .orElseThrow(() -> new IOException("host " + context.host() + " cannot give " + spec.accelerators()
                        + " devices: " + context.ledger().describe()));
        OutputStore store = context.store();
        Path work = Files.createDirectories(store.workDirectory(spec.key()));
        // What an earlier start of the same epoch might have left must not be taken for this one's progress.
        Files.deleteIfExists(store.progressFile(spec.key()));
        Path checkpoints = store.checkpointDirectory(spec.key()).resolve(spec.checkpointDirectory());
        create(checkpoints, "checkpoint directory");
        Path directory = work.resolve(spec.workingDirectory()).normalize();
        if (Path.of(spec.workingDirectory()).isAbsolute()) {
            requireDirectory(directory);
        } else if (directory.startsWith(work)) {
            create(directory, "working directory");
        } else {
            throw new IOException("working directory \"" + spec.workingDirectory()
                    + "\" leaves the run's own directory; give an absolute path instead");
        }
        RankEnvironment environment = new RankEnvironment(
                spec, context.host(), checkpoints, store.progressFile(spec.key()), devices, context.inherited());
        return new RunPreparation(devices, directory, environment);
    }

    private static void create(Path directory, String what) throws IOException {
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new IOException("cannot create the " + what + " " + directory + ": " + e.getMessage(), e);
        }
    }

    private static void requireDirectory(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            throw new IOException("working directory " + directory + " does not exist on this host; create it");
        }
    }
}
