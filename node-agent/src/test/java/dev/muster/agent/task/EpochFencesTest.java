package dev.muster.agent.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EpochFencesTest {
    @TempDir
    Path directory;

    @Test
    void fencesHoldForAllOlderEpochsAndOverLives() throws IOException {
        EpochFences fences = EpochFences.load(directory.resolve("fences"));
        fences.close(new RunKey("job", 5));
        fences.close(new RunKey("job", 3));

        EpochFences next = EpochFences.load(directory.resolve("fences"));
        assertThat(next.isClosed(new RunKey("job", 5))).isTrue();
        assertThat(next.isClosed(new RunKey("job", 1))).isTrue();
        assertThat(next.isClosed(new RunKey("job", 6))).isFalse();
        assertThat(next.isClosed(new RunKey("other", 0))).isFalse();
    }

    @Test
    void theJobsNotHeardOfForLongestAreForgottenFirst() throws IOException {
        EpochFences fences = EpochFences.load(directory.resolve("fences"));
        fences.close(new RunKey("first", 1));
        fences.close(new RunKey("second", 1));
        fences.close(new RunKey("first", 1));
        for (int job = 0; job < 4095; job++) {
            fences.close(new RunKey("job" + job, 1));
        }
        assertThat(fences.isClosed(new RunKey("first", 1))).isTrue();
        assertThat(fences.isClosed(new RunKey("second", 1))).isFalse();
        EpochFences next = EpochFences.load(directory.resolve("fences"));
        assertThat(next.isClosed(new RunKey("first", 1))).isTrue();
        assertThat(next.isClosed(new RunKey("second", 1))).isFalse();
    }

    @Test
    void theFileDoesNotGrowWithoutEnd() throws IOException {
        EpochFences fences = EpochFences.load(directory.resolve("fences"));
        for (int epoch = 1; epoch <= 20_000; epoch++) {
            fences.close(new RunKey("job", epoch));
        }
        assertThat(Files.size(directory.resolve("fences"))).isLessThan(4096 * 20);
        assertThat(EpochFences.load(directory.resolve("fences")).isClosed(new RunKey("job", 20_000)))
                .isTrue();
    }

    @Test
    void aLineThatWasCutShortIsNotTrusted() throws IOException {
        Files.writeString(directory.resolve("fences"), "\na 12.\nb 1");
        EpochFences fences = EpochFences.load(directory.resolve("fences"));
        fences.close(new RunKey("c", 1));
        assertThat(EpochFences.load(directory.resolve("fences")).isClosed(new RunKey("c", 1)))
                .isTrue();
        assertThat(fences.isClosed(new RunKey("a", 12))).isTrue();
        assertThat(fences.isClosed(new RunKey("b", 1))).isFalse();
    }
}
