package dev.muster.controller.store.embedded;

import dev.muster.controller.store.StoreException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The directory that one process at a time owns: the store's file, the lock, and the witness.
 *
 * <p>The witness is a small file with the last revision that was acknowledged, written after the store's sync and before the
 * acknowledgement, itself without a sync. A damaged MVStore file can open at an older version without complaint; a store
 * that ends before its witness has lost what it promised. After a power cut the witness may be old, never too new.
 */
final class DataDirectory implements AutoCloseable {

    static final String STORE_FILE = "muster.db";
    static final String LOCK_FILE = "lock";
    static final String WITNESS_FILE = "acknowledged";
    private static final int HEADER_BYTES = 2 * 4_096;
    private static final int WITNESS_BYTES = Long.BYTES + Integer.BYTES;

    /**
     * What this process holds. Asked before the lock file is opened, because closing any channel to a file gives up all
     * locks that the process has on it.
     */
    private static final Set<Path> HELD_HERE = ConcurrentHashMap.newKeySet();

    private final Path directory;
    private final FileChannel lockChannel;
    private final FileChannel witness;

    private DataDirectory(Path directory, FileChannel lockChannel, FileChannel witness) {
        this.directory = directory;
        this.lockChannel = lockChannel;
        this.witness = witness;
    }

    static DataDirectory acquire(Path wanted) {
        Path directory = create(wanted);
        if (!HELD_HERE.add(directory)) {
            throw inUse(directory, Long.toString(ProcessHandle.current().pid()));
        }
        FileChannel lock = null;
        try {
            lock = openForWriting(directory.resolve(LOCK_FILE));
            lock(lock, directory);
            return new DataDirectory(directory, lock, openForWriting(directory.resolve(WITNESS_FILE)));
        } catch (IOException failure) {
            release(directory, lock);
            throw notWritable(directory, failure);
        } catch (StoreException inUse) {
            release(directory, lock);
            throw inUse;
        }
    }

    private static Path create(Path wanted) {
        try {
            return Files.createDirectories(wanted).toRealPath();
        } catch (IOException failure) {
            throw notWritable(wanted, failure);
        }
    }

    private static FileChannel openForWriting(Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    private static void lock(FileChannel channel, Path directory) throws IOException {
        FileLock lock = channel.tryLock();
        if (lock == null) {
            throw inUse(directory, readPid(channel));
        }
        byte[] pid = (ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII);
        channel.truncate(0);
        channel.write(ByteBuffer.wrap(pid), 0);
    }

    private static String readPid(FileChannel channel) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(20);
        channel.read(buffer, 0);
        String text = new String(buffer.array(), 0, buffer.position(), StandardCharsets.US_ASCII).strip();
        return text.isEmpty() ? "(unknown)" : text;
    }

    private static StoreException inUse(Path directory, String pid) {
        return new StoreException.InUse(
                "data directory " + directory + " is in use by process " + pid + "; stop it or choose another --data");
    }

    private static StoreException notWritable(Path directory, IOException failure) {
        return new StoreException.Unavailable(
                "data directory " + directory + " cannot be used (" + Failures.reason(failure)
                        + "); make it a writable directory or choose another --data",
                failure);
    }

    Path storeFile() {
        return directory.resolve(STORE_FILE);
    }

    /** Whether the store file has at least its header; with less, its making was interrupted. */
    boolean hasStore() {
        try {
            return Files.exists(storeFile()) && Files.size(storeFile()) >= HEADER_BYTES;
        } catch (IOException failure) {
            throw notWritable(directory, failure);
        }
    }

    /** Removes what an interrupted making left behind. */
    void removeBeginnings() {
        try {
            Files.deleteIfExists(storeFile());
        } catch (IOException failure) {
            throw notWritable(directory, failure);
        }
    }

    /** The last revision known to have been acknowledged; empty where there is no (valid) witness. */
    OptionalLong acknowledged() {
        ByteBuffer buffer = ByteBuffer.allocate(WITNESS_BYTES);
        try {
            int read = witness.read(buffer, 0);
            buffer.flip();
            boolean valid = read == WITNESS_BYTES && buffer.getInt(Long.BYTES) == checksum(buffer.getLong(0));
            return valid ? OptionalLong.of(buffer.getLong(0)) : OptionalLong.empty();
        } catch (IOException failure) {
            throw notWritable(directory, failure);
        }
    }

    void acknowledge(long revision) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(WITNESS_BYTES);
        buffer.putLong(revision).putInt(checksum(revision)).flip();
        witness.write(buffer, 0);
    }

    private static int checksum(long revision) {
        CRC32C checksum = new CRC32C();
        checksum.update(ByteBuffer.allocate(Long.BYTES).putLong(revision).flip());
        return (int) checksum.getValue();
    }

    /** Makes the witness and the names of new files durable. */
    void sync() throws IOException {
        witness.force(true);
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    @Override
    public void close() {
        try {
            witness.force(true);
            witness.close();
        } catch (IOException harmless) {
            // The witness only ever lags behind; the store's own file is complete.
        }
        release(directory, lockChannel);
    }

    private static void release(Path directory, @Nullable FileChannel lock) {
        try {
            if (lock != null) {
                lock.close();
            }
        } catch (IOException harmless) {
            // The operating system frees the lock with the process at the latest.
        }
        HELD_HERE.remove(directory);
    }
}
