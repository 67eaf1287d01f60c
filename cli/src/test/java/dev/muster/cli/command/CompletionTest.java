package dev.muster.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompletionTest {

    @TempDir
    private Path folder;

    /** Asks bash itself what it would offer. */
    private String completions(String words, int count) throws IOException, InterruptedException {
        Path script = folder.resolve("completion");
        Files.writeString(script, new MusterRun().run("completion", "bash").out());
        String ask = "source '%s'; COMP_WORDS=(%s); COMP_CWORD=%d; COMP_LINE='%s'; COMP_POINT=${#COMP_LINE};"
                        .formatted(script, words, count - 1, words)
                + " _complete_muster 2>/dev/null; printf '%s\\n' \"${COMPREPLY[@]}\"";
        Process bash =
                new ProcessBuilder("bash", "-c", ask).redirectErrorStream(true).start();
        String answer = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(bash.waitFor()).as(answer).isZero();
        return answer;
    }

    @Test
    void bashCompletesVerbsAndOptions() throws IOException, InterruptedException {
        assertThat(completions("muster su", 2)).isEqualTo("submit\n");
        assertThat(completions("muster node co", 3)).isEqualTo("cordon\n");
        assertThat(completions("muster submit --dr", 3)).isEqualTo("--dry-run\n");
        assertThat(completions("muster list --ser", 3)).isEqualTo("--server\n");
    }
}
