package dev.muster.agent.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProgressFileTest {
    @TempDir
    Path directory;

    @Test
    void onlyChangesAreNewsAndGarbageIsCounted() throws IOException {
        Path path = directory.resolve("progress");
        ProgressFile file = new ProgressFile(path);
        assertThat(file.poll(1)).isEmpty();

        Files.writeString(path, "step=5 checkpoint=3\n");
        assertThat(file.poll(2)).hasValue(new Progress(5, 3, OptionalDouble.empty(), 0, 0, 2));
        assertThat(file.poll(3)).isEmpty();

        Files.writeString(path, "garbage");
        assertThat(file.poll(4)).isEmpty();
        assertThat(file.poll(5)).isEmpty();
        assertThat(file.malformed()).isEqualTo(1);

        Files.writeString(path, "");
        assertThat(file.poll(6)).as("being rewritten").isEmpty();
        assertThat(file.malformed()).isEqualTo(1);
    }

    @Test
    void aLossThatIsNotANumberIsStillProgress() {
        assertThat(ProgressFile.parse("step=1 loss=NaN", 0)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "step",
                "step=",
                "step=x",
                "step=-1",
                "checkpoint=3",
                "step=1 checkpoint=-2",
                "step=1 total=1e3",
                "step=1 =2",
                "step=99999999999999999999",
                "step=1 checkpointSeconds=NaN",
                "step=1 loss=high"
            })
    void whatCannotBeReadIsNotGuessedAt(String line) {
        assertThat(ProgressFile.parse(line, 0)).isEmpty();
    }
}
