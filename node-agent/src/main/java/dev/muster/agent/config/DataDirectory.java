package dev.muster.agent.config;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The agent's directory, held by one agent at a time. The kernel gives the lock back when its holder ends, however it ends;
 * ranks do not inherit it.
 */
public final class DataDirectory implements AutoCloseable {
    private static final int OWNER_BYTES = 64;

    private final Path path;
    private final FileChannel lockFile;

    private DataDirectory(Path path, FileChannel lockFile) {
        this.path = path;
        this.lockFile = lockFile;
    }

    /**
     * Creates the directory where it is missing, and takes it.
     *
     * @throws IOException with one line for people, when it cannot be used
     */
    public static DataDirectory open(Path directory) throws IOException {
        FileChannel file;
        Path real;
        try {
            Files.createDirectories(directory);
            // A path with links in it would give the same ranks another owner name.
            real = directory.toRealPath();
            file = FileChannel.open(
                    real.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new IOException(
                    "data directory " + directory + " cannot be used (" + reason(e) + "); choose another with --data",
                    e);
        }
        if (lock(file) == null) {
            String holder = holder(file);
            file.close();
            throw new IOException("data directory " + real + " is in use by process " + holder
                    + "; stop it or choose another with --data");
        }
        try {
            file.truncate(0);
            byte[] pid = Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.UTF_8);
            file.write(ByteBuffer.wrap(pid), 0);
        } catch (IOException e) {
            file.close();
            throw new IOException("data directory " + real + " cannot be written: " + reason(e), e);
        }
        return new DataDirectory(real, file);
    }

    public Path path() {
        return path;
    }

    @Override
    public void close() throws IOException {
        lockFile.close();
    }

    private static @Nullable FileLock lock(FileChannel file) throws IOException {
        try {
            return file.tryLock();
        } catch (OverlappingFileLockException e) {
            // Another agent of this very process.
            return null;
        }
    }

    private static String holder(FileChannel file) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(OWNER_BYTES);
        file.read(buffer, 0);
        String text = new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8).strip();
        return text.isEmpty() ? "unknown" : text;
    }

    private static String reason(IOException failure) {
        return failure.getClass().getSimpleName() + ": " + failure.getMessage();
    }
}
