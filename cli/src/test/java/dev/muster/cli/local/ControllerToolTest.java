package dev.muster.cli.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.cli.output.CommandFailure;
import dev.muster.cli.output.ExitCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tools of the controller, run as a child. */
class ControllerToolTest {

    @TempDir
    private Path home;

    private FakeDistribution ending(String how) throws IOException {
        String script = """
                #!/bin/bash
                printf '%s\\n' "$@" >> "$(dirname "$0")/../arguments"
                """ + how + "\n";
        return FakeDistribution.of(home, script, script);
    }

    @Test
    void theToolGetsItsWordsAsTheyAre() throws Exception {
        FakeDistribution fake = ending("exit 0");
        ExitCode end = new ControllerTool(fake.distribution(), "copy").run(List.of("--from", "a folder", "*"));
        assertThat(end).isEqualTo(ExitCode.DONE);
        assertThat(fake.arguments()).containsExactly("copy", "--from", "a folder", "*");
    }

    @Test
    void itsExitCodeIsOurs() throws Exception {
        assertThat(new ControllerTool(ending("exit 5").distribution(), "copy").run(List.of()))
                .isEqualTo(ExitCode.REFUSED);
    }

    @Test
    void aToolThatWasKilledIsAFailureThatSaysSo() throws Exception {
        ControllerTool tool = new ControllerTool(ending("kill -9 $$").distribution(), "copy");
        assertThatThrownBy(() -> tool.run(List.of()))
                .isInstanceOf(CommandFailure.class)
                .hasMessage("copy ended with exit code 137, by signal 9; run it again");
    }
}
