package dev.muster.controller.admin;

import dev.muster.controller.config.ConfigProblem;
import dev.muster.controller.store.StateStore;
import java.nio.file.Path;

/** The state of a store into a file, a file into a store, and a store into another. */
public final class StateCopy {

    private StateCopy() {}

    /** What was moved. */
    public record Done(int records, long revision) {}

    /** Writes a new file with all there is. */
    public static Done backUp(StateStore store, Path file) throws ConfigProblem {
        BackupFile backup = BackupFile.of(Snapshot.of(store));
        backup.write(file);
        return done(backup);
    }

    /** Fills an empty store from a file, which is read whole and checked before anything is written. */
    public static Done restore(Path file, Opening target, String where) throws ConfigProblem {
        BackupFile backup = BackupFile.read(file);
        return fill(backup, target, where);
    }

    /** Fills an empty store from another. */
    public static Done copy(StateStore from, Opening target, String where) throws ConfigProblem {
        return fill(BackupFile.of(Snapshot.of(from)), target, where);
    }

    /** Opens a store once it is known that there is something to put into it. */
    @FunctionalInterface
    public interface Opening {
        StateStore open() throws ConfigProblem;
    }

    private static Done fill(BackupFile backup, Opening target, String where) throws ConfigProblem {
        try (StateStore store = target.open()) {
            Filling filling = Filling.begin(store, where);
            filling.addAll(backup.records());
            filling.finish();
            return done(backup);
        }
    }

    private static Done done(BackupFile backup) {
        return new Done(backup.records().size(), backup.revision());
    }
}
