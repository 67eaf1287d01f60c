package dev.muster.controller.store.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.controller.store.StoreException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What other processes do to a store, and what is left when they are killed. */
@Timeout(240)
class EmbeddedStateStoreCrashTest {

    private static final int ROUNDS = 6;

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path directory;

    @Test
    @DisplayName("After kill -9 at any moment everything acknowledged is there, and nothing by half")
    void survivesKillNine() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        long next = 1;
        for (int round = 0; round < ROUNDS; round++) {
            long acknowledged = commitAndKill(next, next + 1 + random.nextInt(3_000));
            next = check(acknowledged, "seed " + seed + ", round " + round) + 1;
        }
    }

    /** The last number that was acknowledged before the process died. */
    private long commitAndKill(long from, long killAfter) throws Exception {
        long acknowledged = from - 1;
        try (ChildProcess child =
                ChildProcess.start(CommittingProgram.class, directory.toString(), Long.toString(from))) {
            for (Optional<String> line = child.readLine(); line.isPresent(); line = child.readLine()) {
                long number = Long.parseLong(line.get());
                assertThat(number).as("acknowledged in order").isEqualTo(acknowledged + 1);
                acknowledged = number;
                if (acknowledged == killAfter) {
                    child.killHard();
                }
            }
        }
        return acknowledged;
    }

    /** The last number that is stored. */
    private long check(long acknowledged, String where) throws Exception {
        try (EmbeddedStateStore store =
                EmbeddedStateStore.open(directory, EmbeddedSettings.DEFAULT, System::nanoTime)) {
            long stored = Long.parseLong(value(store, "a"));
            assertThat(stored).as(where).isGreaterThanOrEqualTo(acknowledged);
            assertThat(value(store, "b")).as(where).isEqualTo(Long.toString(stored));
            assertThat(value(store, "c")).as(where).isEqualTo(Long.toString(stored));
            for (long number = 1; number <= stored; number++) {
                assertThat(value(store, "own/" + number)).as(where).isEqualTo(Long.toString(number));
            }
            assertThat(store.get(CommittingProgram.ROOT + "own/" + (stored + 1)).get())
                    .as(where)
                    .isEmpty();
            return stored;
        }
    }

    private static String value(EmbeddedStateStore store, String name) throws Exception {
        return new String(
                store.get(CommittingProgram.ROOT + name).get().orElseThrow().value(), UTF_8);
    }

    @Test
    void aDirectoryInUseNamesTheProcessThatUsesIt() throws Exception {
        try (ChildProcess holder = ChildProcess.start(HoldingProgram.class, directory.toString())) {
            assertThat(holder.readLine()).contains("holding");

            assertThatThrownBy(() -> EmbeddedStateStore.open(directory, EmbeddedSettings.DEFAULT, System::nanoTime))
                    .isInstanceOf(StoreException.InUse.class)
                    .hasMessage("data directory " + directory.toRealPath() + " is in use by process " + holder.pid()
                            + "; stop it or choose another --data");
        }
        EmbeddedStateStore.open(directory, EmbeddedSettings.DEFAULT, System::nanoTime)
                .close();
    }

    @Test
    void aSecondTryInTheSameProcessIsRefusedAndDoesNotGiveTheLockAway() throws Exception {
        try (EmbeddedStateStore first =
                EmbeddedStateStore.open(directory, EmbeddedSettings.DEFAULT, System::nanoTime)) {
            String ownPid = Long.toString(ProcessHandle.current().pid());
            assertThatThrownBy(() -> EmbeddedStateStore.open(directory, EmbeddedSettings.DEFAULT, System::nanoTime))
                    .isInstanceOf(StoreException.InUse.class)
                    .hasMessageContaining(ownPid);
            try (ChildProcess other = ChildProcess.start(HoldingProgram.class, directory.toString())) {
                assertThat(other.readLine().orElse("")).contains("in use by process " + ownPid);
            }
            assertThat(first.get(CommittingProgram.ROOT + "a").get()).isEmpty();
        }
    }
}
