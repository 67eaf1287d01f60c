package dev.muster.cli.client;

import dev.muster.cli.output.CommandFailure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file that somebody named on the command line, read within a bound. Anything wrong is one line that names it. */
public record InputFile(String name, Path path, byte[] bytes) {

    /** Stands for standard input. */
    public static final String STANDARD_INPUT = "-";

    /**
     * Reads it.
     *
     * @param name as given: a path, or {@code -}
     * @param folder where a relative path starts
     * @param maxBytes a longer file is refused
     */
    public static InputFile read(String name, Path folder, InputStream input, int maxBytes) {
        if (name.equals(STANDARD_INPUT)) {
            return new InputFile("standard input", folder.resolve("input"), bounded(name, input, maxBytes));
        }
        Path path = folder.resolve(name);
        if (!Files.exists(path)) {
            throw CommandFailure.usage(name + ": there is no such file; check the path");
        }
        if (Files.isDirectory(path)) {
            throw CommandFailure.usage(name + " is a directory; name the file in it");
        }
        try (InputStream stream = Files.newInputStream(path)) {
            return new InputFile(name, path, bounded(name, stream, maxBytes));
        } catch (IOException failure) {
            throw CommandFailure.usage(name + " cannot be read: " + reason(failure));
        }
    }

    private static byte[] bounded(String name, InputStream stream, int maxBytes) {
        try {
            byte[] bytes = stream.readNBytes(maxBytes + 1);
            if (bytes.length > maxBytes) {
                throw CommandFailure.usage(
                        name + " is larger than " + (maxBytes >> 20) + " MiB; is it the right file?");
            }
            return bytes;
        } catch (IOException failure) {
            throw CommandFailure.usage(name + " cannot be read: " + reason(failure));
        }
    }

    private static String reason(IOException failure) {
        return failure instanceof AccessDeniedException ? "permission denied" : String.valueOf(failure.getMessage());
    }
}
