package dev.muster.controller.store.embedded;

import dev.muster.controller.store.StoreException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVStoreException;

/** Turns what files and MVStore throw into one line that says what to do. */
final class Failures {

    private Failures() {}

    /** A store file that could not be opened or read through. */
    static StoreException opening(Path file, Throwable failure) {
        if (failure instanceof StoreException.Corrupt corrupt) {
            return new StoreException.Corrupt(file + " " + corrupt.getMessage(), corrupt);
        }
        if (hasCode(failure, DataUtils.ERROR_FILE_LOCKED)) {
            return new StoreException.InUse(
                    file + " is in use by another program; stop that program or choose another --data");
        }
        Throwable cause = input(failure);
        if (cause instanceof FileSystemException || hasCode(failure, DataUtils.ERROR_WRITING_FAILED)) {
            return new StoreException.Unavailable(
                    file + " cannot be opened (" + reason(cause)
                            + "); make it readable and writable, with free space, or choose another --data",
                    failure);
        }
        return new StoreException.Corrupt(
                file + " is damaged (" + reason(cause) + "); nothing was changed: put back a backup of its directory,"
                        + " or move the directory away to start empty",
                failure);
    }

    /** A store that failed while it worked. */
    static StoreException working(String name, Throwable failure) {
        Throwable cause = input(failure);
        if (failure instanceof RecordCodec.DamagedRecord || hasCode(failure, DataUtils.ERROR_FILE_CORRUPT)) {
            return new StoreException.Corrupt(
                    name + " is damaged (" + reason(cause)
                            + "); the store has stopped: check the disk, then start again",
                    failure);
        }
        return new StoreException.Unavailable(
                name + " cannot be written (" + reason(cause)
                        + "); the store has stopped, and all it acknowledged is safe: free space or repair the disk,"
                        + " then start again",
                failure);
    }

    private static boolean hasCode(Throwable failure, int code) {
        return failure instanceof MVStoreException raised && raised.getErrorCode() == code;
    }

    /** The innermost input-output failure, or else the failure itself. */
    private static Throwable input(Throwable failure) {
        Throwable found = failure;
        int depth = 0;
        for (Throwable cause = failure; cause != null && depth < 20; cause = cause.getCause(), depth++) {
            if (cause instanceof IOException) {
                found = cause;
            }
        }
        return found;
    }

    /** One line without the class names and version numbers that libraries add. */
    static String reason(Throwable failure) {
        if (failure instanceof OutOfMemoryError) {
            return "reading it takes more memory than there is";
        }
        if (failure instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (failure instanceof FileAlreadyExistsException) {
            return "it is not a directory";
        }
        if (failure instanceof FileSystemException file && file.getReason() != null) {
            return file.getReason();
        }
        String message = failure.getMessage();
        if (message == null) {
            return failure.getClass().getSimpleName();
        }
        int versionNote = message.lastIndexOf(" [");
        return (versionNote > 0 ? message.substring(0, versionNote) : message).replaceAll("\\s+", " ");
    }
}
