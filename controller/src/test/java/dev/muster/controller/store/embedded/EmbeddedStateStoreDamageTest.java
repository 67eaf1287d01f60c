package dev.muster.controller.store.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.controller.store.Entry;
import dev.muster.controller.store.Page;
import dev.muster.controller.store.StoreException;
import dev.muster.controller.store.StoreWrite;
import dev.muster.controller.store.StoreWrite.Delete;
import dev.muster.controller.store.StoreWrite.Put;
import dev.muster.controller.store.Transaction;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.type.ByteArrayDataType;
import org.h2.mvstore.type.StringDataType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A damaged directory is named as such, and never opens as if nothing had been there. */
@Timeout(240)
class EmbeddedStateStoreDamageTest {

    private static final String ROOT = "/muster/v1/damage/";
    private static final int KEYS = 400;

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path temporary;

    @Test
    void flippedBytesAreFoundOrHarmlessButNeverBelieved() throws Exception {
        Path intact = filled("intact");
        List<Entry> expected = contentOf(intact);
        assertThat(expected).hasSize(KEYS - 1);
        long seed = System.nanoTime();
        Random random = new Random(seed);
        int found = 0;
        for (int round = 0; round < 60; round++) {
            Path damaged = copy(intact, "damaged" + round);
            flip(damaged.resolve(DataDirectory.STORE_FILE), random, 1 + random.nextInt(64));
            if (!opensWith(damaged, expected, "seed " + seed + ", round " + round)) {
                found++;
            }
        }
        assertThat(found).as("most of the file holds data; seed " + seed).isGreaterThan(20);
    }

    /** Whether it opens; then everything must be right. */
    private static boolean opensWith(Path directory, List<Entry> expected, String where) throws Exception {
        try {
            assertThat(contentOf(directory)).as(where).isEqualTo(expected);
            return true;
        } catch (StoreException.Corrupt corrupt) {
            assertThat(corrupt.getMessage())
                    .as(where)
                    .contains(directory.resolve(DataDirectory.STORE_FILE).toString())
                    .contains("put")
                    .doesNotContain("\n");
            return false;
        }
    }

    private static void flip(Path file, Random random, int bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            long position = random.nextLong(channel.size() - bytes);
            ByteBuffer buffer = ByteBuffer.allocate(bytes);
            random.nextBytes(buffer.array());
            channel.write(buffer, position);
        }
    }

    @Test
    void aFileCutShortAnEmptyOneAndAMissingOneAreErrors() throws Exception {
        Path intact = filled("intact");
        for (long length : new long[] {0, 100, 8_192, 20_000}) {
            Path cut = copy(intact, "cut" + length);
            try (FileChannel channel =
                    FileChannel.open(cut.resolve(DataDirectory.STORE_FILE), StandardOpenOption.WRITE)) {
                channel.truncate(length);
            }
            assertCorrupt(cut);
        }
        Path missing = copy(intact, "missing");
        Files.delete(missing.resolve(DataDirectory.STORE_FILE));
        assertCorrupt(missing);
        assertThat(missing.resolve(DataDirectory.STORE_FILE)).doesNotExist();
    }

    @Test
    void aFileThatIsOlderThanWhatWasAcknowledgedIsAnError() throws Exception {
        Path directory = filled("current");
        Path old = copy(directory, "old");
        commit(directory, new Transaction(List.of(), List.of(new Put(ROOT + "later", new byte[10]))));

        Files.copy(
                old.resolve(DataDirectory.STORE_FILE),
                directory.resolve(DataDirectory.STORE_FILE),
                StandardCopyOption.REPLACE_EXISTING);

        assertThatThrownBy(() -> open(directory))
                .isInstanceOf(StoreException.Corrupt.class)
                .hasMessageContaining("ends at revision");
    }

    @Test
    void aDirectoryWhoseMakingWasInterruptedIsMadeAnew() throws Exception {
        Path directory = Files.createDirectories(temporary.resolve("begun"));
        Files.write(directory.resolve(DataDirectory.STORE_FILE), new byte[100]);

        assertThat(contentOf(directory)).isEmpty();
    }

    @Test
    void aFileOfAnotherReleaseOrProgramIsRefusedWithWhatToDo() throws Exception {
        Path newer = filled("newer");
        editStore(newer, "system", "schema", "2");
        assertThatThrownBy(() -> open(newer))
                .isInstanceOf(StoreException.Corrupt.class)
                .hasMessageContaining("schema 2")
                .hasMessageContaining("start it with the release that wrote it");

        Path foreign = Files.createDirectories(temporary.resolve("foreign"));
        editStore(foreign, "somebody-elses-map", "key", "value");
        assertThatThrownBy(() -> open(foreign))
                .isInstanceOf(StoreException.Corrupt.class)
                .hasMessageContaining("has no schema");
    }

    private static void editStore(Path directory, String map, String key, String value) {
        try (MVStore store =
                MVStore.open(directory.resolve(DataDirectory.STORE_FILE).toString())) {
            MVMap<String, byte[]> opened = store.openMap(
                    map,
                    new MVMap.Builder<String, byte[]>()
                            .keyType(StringDataType.INSTANCE)
                            .valueType(ByteArrayDataType.INSTANCE));
            opened.put(key, value.getBytes(UTF_8));
        }
    }

    private Path filled(String name) throws Exception {
        Path directory = temporary.resolve(name);
        try (EmbeddedStateStore store = open(directory)) {
            for (int from = 0; from < KEYS; from += 100) {
                List<StoreWrite> writes = new ArrayList<>();
                for (int i = from; i < from + 100; i++) {
                    writes.add(new Put(ROOT + i, new byte[300]));
                }
                store.commit(new Transaction(List.of(), writes)).get();
            }
            store.commit(Transaction.of(new Delete(ROOT + 1))).get();
        }
        return directory;
    }

    private static void commit(Path directory, Transaction transaction) throws Exception {
        try (EmbeddedStateStore store = open(directory)) {
            store.commit(transaction).get();
        }
    }

    private static List<Entry> contentOf(Path directory) throws Exception {
        try (EmbeddedStateStore store = open(directory)) {
            List<Entry> all = new ArrayList<>();
            Page page = store.list(ROOT, Optional.empty(), 1_000).get();
            all.addAll(page.entries());
            assertThat(page.more()).isFalse();
            return all;
        }
    }

    private static EmbeddedStateStore open(Path directory) {
        return EmbeddedStateStore.open(directory, EmbeddedSettings.DEFAULT, System::nanoTime);
    }

    private static void assertCorrupt(Path directory) {
        assertThatThrownBy(() -> open(directory))
                .isInstanceOf(StoreException.Corrupt.class)
                .hasMessageContaining(
                        directory.resolve(DataDirectory.STORE_FILE).toString());
    }

    private Path copy(Path directory, String name) throws IOException {
        Path target = Files.createDirectories(temporary.resolve(name));
        for (String file : List.of(DataDirectory.STORE_FILE, DataDirectory.WITNESS_FILE)) {
            Files.copy(directory.resolve(file), target.resolve(file));
        }
        return target.toRealPath();
    }
}
