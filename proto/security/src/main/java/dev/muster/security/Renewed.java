package dev.muster.security;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What some files hold, and hold again after they were replaced. Nobody watches them: whoever asks looks whether they have
 * changed, at most once in an interval. Files that are half replaced, or that make no sense, leave what was there before.
 */
final class Renewed<T> {

    private static final Logger LOG = System.getLogger(Renewed.class.getName());
    /** A bundle of all public authorities has 250 kB. */
    private static final long LARGEST_FILE_BYTES = 1 << 20;

    /** Makes sense of the files' texts, in their order. */
    interface Reader<T> {
        /** @throws TlsProblem with one line that names the file */
        T read(List<String> texts) throws TlsProblem;
    }

    private final List<Path> files;
    private final Reader<T> reader;
    private final LongSupplier nanos;
    private final long intervalNanos;
    private List<String> texts;
    private T value;
    private long lookedNanos;
    private @Nullable String complaint;

    private Renewed(
            List<Path> files, Reader<T> reader, LongSupplier nanos, Duration interval, List<String> texts, T value) {
        this.files = files;
        this.reader = reader;
        this.nanos = nanos;
        this.intervalNanos = interval.toNanos();
        this.texts = texts;
        this.value = value;
        this.lookedNanos = nanos.getAsLong();
    }

    /**
     * Reads the files for the first time.
     *
     * @param interval between two looks
     */
    static <T> Renewed<T> read(List<Path> files, Reader<T> reader, LongSupplier nanos, Duration interval)
            throws TlsProblem {
        List<String> texts = texts(files);
        return new Renewed<>(files, reader, nanos, interval, texts, reader.read(texts));
    }

    /** What the files hold; as long as they cannot be used, what they held before. */
    synchronized T now() {
        long now = nanos.getAsLong();
        if (now - lookedNanos >= intervalNanos) {
            lookedNanos = now;
            look();
        }
        return value;
    }

    private void look() {
        try {
            List<String> present = texts(files);
            if (!present.equals(texts)) {
                value = reader.read(present);
                texts = present;
                LOG.log(Level.INFO, "took up the renewed " + files);
            }
            complaint = null;
        } catch (TlsProblem problem) {
            String message = String.valueOf(problem.getMessage());
            if (!message.equals(complaint)) {
                complaint = message;
                LOG.log(Level.WARNING, message + "; goes on with what it held before");
            }
        }
    }

    private static List<String> texts(List<Path> files) throws TlsProblem {
        List<String> texts = new ArrayList<>();
        for (Path file : files) {
            texts.add(text(file));
        }
        return texts;
    }

    private static String text(Path file) throws TlsProblem {
        try {
            if (Files.size(file) > LARGEST_FILE_BYTES) {
                throw new TlsProblem("TLS file " + file + " has more than " + LARGEST_FILE_BYTES
                        + " bytes; give one with certificates or a key in PEM");
            }
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException missing) {
            throw new TlsProblem("TLS file " + file + " is not there; check its name", missing);
        } catch (IOException unreadable) {
            throw new TlsProblem(
                    "TLS file " + file + " cannot be read (" + unreadable.getMessage() + "); check its permissions",
                    unreadable);
        }
    }

    static TlsProblem unusable(Path file, GeneralSecurityException why) {
        return new TlsProblem("TLS file " + file + " cannot be used: " + why.getMessage(), why);
    }
}
