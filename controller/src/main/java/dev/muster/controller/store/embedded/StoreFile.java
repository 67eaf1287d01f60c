package dev.muster.controller.store.embedded;

import dev.muster.controller.store.StoreException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongSupplier;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.type.ByteArrayDataType;
import org.h2.mvstore.type.StringDataType;

/**
 * MVStore, tamed. It saves only when told (its own saving could store half a transaction), and "saved" means synced. Space
 * of the last versions is never reused, so a save that was cut short leaves the version before it whole.
 */
final class StoreFile {

    private static final String SYSTEM_MAP = "system";
    private static final String ENTRIES_MAP = "entries";
    private static final Set<String> OUR_MAPS = Set.of(SYSTEM_MAP, ENTRIES_MAP);
    private static final int KEYS_PER_PAGE = 32;
    private static final int RETENTION_MILLIS = 1_000;
    private static final int SAVES_BETWEEN_COMPACTIONS = 64;
    private static final long MIN_BYTES_TO_COMPACT = 8L << 20;
    private static final int MIN_FILL_PERCENT = 50;
    private static final int COMPACTION_STEP_BYTES = 1 << 20;

    private final MVStore store;
    private final Optional<DataDirectory> directory;
    private final SystemTable system;
    private final Tables tables;
    private int saves;

    private StoreFile(MVStore store, Optional<DataDirectory> directory, Leases leases) {
        this.store = store;
        this.directory = directory;
        system = new SystemTable(openMap(SYSTEM_MAP));
        tables = new Tables(openMap(ENTRIES_MAP), system, leases);
    }

    static StoreFile inMemory(LongSupplier nanoTicker) {
        MVStore store = new MVStore.Builder().autoCommitDisabled().open();
        StoreFile opened = new StoreFile(store, Optional.empty(), new Leases(nanoTicker));
        opened.system.initialise();
        return opened;
    }

    /**
     * Opens the directory's store, or creates it where nothing was ever acknowledged in that directory. Errors are caught
     * too, because a damaged length can ask for any amount of memory.
     */
    static StoreFile open(
            DataDirectory directory, String fileSystem, EmbeddedSettings settings, LongSupplier nanoTicker) {
        Path file = directory.storeFile();
        OptionalLong acknowledged = directory.acknowledged();
        if (!directory.hasStore()) {
            if (acknowledged.isPresent()) {
                throw new StoreException.Corrupt(
                        file + " is missing or empty, but revision " + acknowledged.getAsLong()
                                + " was stored in it; put it back, or move the directory away to start empty",
                        null);
            }
            directory.removeBeginnings();
        }
        MVStore store = openStore(fileSystem + file, file, settings);
        try {
            boolean untouched = acknowledged.isEmpty() && OUR_MAPS.containsAll(store.getMapNames());
            StoreFile opened = new StoreFile(store, Optional.of(directory), new Leases(nanoTicker));
            opened.start(directory, untouched, acknowledged);
            return opened;
        } catch (RuntimeException | Error | IOException failure) {
            store.closeImmediately();
            throw Failures.opening(file, failure);
        }
    }

    private static MVStore openStore(String name, Path file, EmbeddedSettings settings) {
        try {
            MVStore store = new MVStore.Builder()
                    .fileName(name)
                    .autoCommitDisabled()
                    .autoCommitBufferSize(0)
                    .cacheSize(settings.cacheMebibytes())
                    .keysPerPage(KEYS_PER_PAGE)
                    .open();
            store.setRetentionTime(RETENTION_MILLIS);
            return store;
        } catch (RuntimeException | Error failure) {
            throw Failures.opening(file, failure);
        }
    }

    private MVMap<String, byte[]> openMap(String name) {
        return store.openMap(
                name,
                new MVMap.Builder<String, byte[]>()
                        .keyType(StringDataType.INSTANCE)
                        .valueType(ByteArrayDataType.INSTANCE));
    }

    private void start(DataDirectory place, boolean untouched, OptionalLong acknowledged) throws IOException {
        boolean isNew = untouched && system.isEmpty();
        if (isNew) {
            system.initialise();
        }
        tables.load();
        if (acknowledged.isPresent() && tables.revision() < acknowledged.getAsLong()) {
            throw new StoreException.Corrupt(
                    "ends at revision " + tables.revision() + ", but revision " + acknowledged.getAsLong()
                            + " was stored in it; nothing was changed: put back a backup of its directory,"
                            + " or move the directory away to start empty",
                    null);
        }
        if (isNew) {
            save();
            place.sync();
        }
    }

    Tables tables() {
        return tables;
    }

    /** For messages. */
    String name() {
        return directory.map(place -> place.storeFile().toString()).orElse("the store in memory");
    }

    /** Makes everything so far durable: one version of the file, one sync, then the witness. */
    void save() throws IOException {
        if (++saves % SAVES_BETWEEN_COMPACTIONS == 0) {
            compact();
        }
        store.commit();
        store.sync();
        if (directory.isPresent()) {
            directory.get().acknowledge(tables.revision());
        }
    }

    /** Moves live pages out of mostly dead parts of the file, a little at a time; they become durable with the next save. */
    private void compact() {
        if (directory.isPresent() && store.getFileStore().size() > MIN_BYTES_TO_COMPACT) {
            store.compact(MIN_FILL_PERCENT, COMPACTION_STEP_BYTES);
        }
    }

    /** Bytes of the file, 0 in memory. */
    long bytes() {
        return directory.isPresent() ? store.getFileStore().size() : 0;
    }

    void close() {
        try {
            store.close();
        } finally {
            directory.ifPresent(DataDirectory::close);
        }
    }

    /** Gives up the file as it is, without another write. */
    void abandon() {
        store.closeImmediately();
        directory.ifPresent(DataDirectory::close);
    }
}
