package dev.muster.agent.device.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.muster.agent.device.KernelLine;
import dev.muster.agent.time.BootClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelLogTest {
    @TempDir
    Path directory;

    private final List<KernelLine> lines = new CopyOnWriteArrayList<>();

    @Test
    void onlyWhatIsAppendedToAFileIsRead() throws IOException {
        Path file = Files.writeString(directory.resolve("log"), "old\n");
        try (KernelLog log = follow(file)) {
            append(file, "first\nsec");
            await().until(() -> texts().equals(List.of("first")));
            append(file, "ond\n");
            await().until(() -> texts().equals(List.of("first", "second")));
            assertThat(log).isNotNull();
        }
    }

    @Test
    void aRotatedFileIsReadFromItsBeginningAndOneThatComesLateToo() throws IOException {
        Path file = directory.resolve("late");
        try (KernelLog log = follow(file)) {
            Files.writeString(file, "a long first line\n");
            await().until(() -> texts().equals(List.of("a long first line")));
            Files.writeString(file, "new\n");
            await().until(() -> texts().equals(List.of("a long first line", "new")));
            assertThat(log).isNotNull();
        }
    }

    @Test
    void theKernelsOwnDeviceIsReadWithIdentities() throws IOException {
        assumeTrue(Files.isReadable(KernelLog.KERNEL_DEVICE), "this machine does not show its kernel log");
        try (KernelLog log = follow(KernelLog.KERNEL_DEVICE)) {
            await().until(() -> lines.size() > 1);
            assertThat(lines.get(0).identity()).startsWith("boot-");
            assertThat(lines).extracting(KernelLine::identity).doesNotHaveDuplicates();
            assertThat(lines.get(0).text()).doesNotContain(";");
            assertThat(log).isNotNull();
        }
    }

    private KernelLog follow(Path file) {
        return KernelLog.follow(file, lines::add, BootClock.systemClocks(), "boot");
    }

    private List<String> texts() {
        return lines.stream().map(KernelLine::text).toList();
    }

    private static void append(Path file, String text) throws IOException {
        Files.writeString(file, text, StandardOpenOption.APPEND);
    }
}
