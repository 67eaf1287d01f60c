package dev.muster.cli.local;

import dev.muster.cli.output.CommandFailure;
import dev.muster.cli.output.ExitCode;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;

/**
 * Where a local cluster keeps everything. One cluster at a time: a lock that the operating system takes back when its
 * holder dies, however it dies.
 */
public final class DataDirectory implements AutoCloseable {

    private final Path root;
    private final FileChannel lockFile;

    private DataDirectory(Path root, FileChannel lockFile) {
        this.root = root;
        this.lockFile = lockFile;
    }

    /** Where {@code muster up} keeps its state unless told otherwise. */
    public static Path defaultPath(Map<String, String> variables) {
        String data = variables.getOrDefault("XDG_DATA_HOME", "");
        if (!data.isEmpty()) {
            return Path.of(data, "muster", "up");
        }
        String home = Optional.ofNullable(variables.get("HOME"))
                .filter(value -> !value.isEmpty())
                .orElseThrow(() -> CommandFailure.usage("HOME is not set; name a folder with --data"));
        return Path.of(home, ".local", "share", "muster", "up");
    }

    /** Makes the folder where it is missing, and takes it. */
    public static DataDirectory open(Path root) {
        try {
            Files.createDirectories(root);
            FileChannel channel =
                    FileChannel.open(root.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (tryLock(channel).isEmpty()) {
                channel.close();
                throw new CommandFailure(
                        ExitCode.REFUSED,
                        "the data directory " + root + " is in use by another local cluster; stop that one, or name"
                                + " another folder with --data");
            }
            return new DataDirectory(root, channel);
        } catch (IOException failure) {
            throw unwritable(root, failure);
        }
    }

    private static Optional<FileLock> tryLock(FileChannel channel) throws IOException {
        try {
            return Optional.ofNullable(channel.tryLock());
        } catch (OverlappingFileLockException takenByThisProcess) {
            return Optional.empty();
        }
    }

    private static CommandFailure unwritable(Path path, IOException failure) {
        String reason = failure instanceof AccessDeniedException
                ? "permission denied"
                : failure instanceof FileAlreadyExistsException
                        ? "it is not a folder"
                        : String.valueOf(failure.getMessage());
        return new CommandFailure(
                ExitCode.FAILED,
                "the data directory " + path + " cannot be written: " + reason + "; name another with --data",
                failure);
    }

    public Path path() {
        return root;
    }

    Path controllerData() {
        return root.resolve("controller");
    }

    Path agentData(PlannedHost host) {
        return root.resolve("agents").resolve(host.name());
    }

    /** The file a process makes when it is ready; one of an earlier life is removed. */
    Path freshReadyFile(String process) {
        Path file = root.resolve("ready").resolve(process);
        try {
            Files.createDirectories(root.resolve("ready"));
            Files.deleteIfExists(file);
            return file;
        } catch (IOException failure) {
            throw unwritable(root, failure);
        }
    }

    /** A new log; that of the life before is kept beside it. */
    Path freshLog(String process) {
        Path log = root.resolve("logs").resolve(process + ".log");
        try {
            Files.createDirectories(root.resolve("logs"));
            if (Files.exists(log)) {
                Files.move(log, root.resolve("logs").resolve(process + ".log.1"), StandardCopyOption.REPLACE_EXISTING);
            }
            return log;
        } catch (IOException failure) {
            throw unwritable(root, failure);
        }
    }

    /** Writes a file as a whole or not at all. */
    Path write(String name, String text) {
        Path file = root.resolve(name);
        Path temporary = file.resolveSibling(file.getFileName() + ".new");
        try {
            Files.createDirectories(file.toAbsolutePath().resolveSibling(""));
            Files.writeString(temporary, text);
            return Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException failure) {
            throw unwritable(root, failure);
        }
    }

    /** Gives the folder back; its contents stay. */
    @Override
    public void close() {
        try {
            lockFile.close();
        } catch (IOException failure) {
            // The lock goes with the process at the latest.
        }
    }
}
