package dev.muster.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.muster.cli.command.MusterRun.Result;
import dev.muster.cli.fake.FakeController;
import dev.muster.proto.v1.LogLine;
import dev.muster.proto.v1.LogsRequest;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LogsTest {

    private final FakeController controller = FakeController.start();

    @AfterEach
    void stop() {
        controller.close();
    }

    private static LogLine line(int rank, String text) {
        return LogLine.newBuilder()
                .setRank(rank)
                .setData(ByteString.copyFromUtf8(text))
                .build();
    }

    @Test
    void linesOfManyRanksAreKeptWholeAndNamed() {
        controller.jobs().log =
                List.of(line(0, "step 1\nst"), line(1, "hello\n"), line(0, "ep 2\n"), line(1, "no end"));

        assertThat(MusterRun.against(controller).run("logs", "digits").out())
                .isEqualTo("[0] step 1\n[1] hello\n[0] step 2\n[1] no end\n");
    }

    @Test
    void oneRankIsPrintedByteForByte() {
        String raw = "\u001b]0;title\u0007progress 1%\rprogress 2%\u001b[31m red\u001b[0m\nno end";
        controller.jobs().log = List.of(line(3, raw));

        Result result = MusterRun.against(controller)
                .run("logs", "digits", "--rank", "3", "--follow", "--tail", "5", "--attempt", "2");

        assertThat(result.out()).isEqualTo(raw);
        LogsRequest request = controller.jobs().onlyRequest(LogsRequest.class);
        assertThat(request.getRank()).isEqualTo(3);
        assertThat(request.getFollow()).isTrue();
        assertThat(request.getTailLines()).isEqualTo(5);
        assertThat(request.getAttempt()).isEqualTo(2);
    }

    @Test
    void aTerminalGetsColoursButNoCommands() {
        controller.jobs().log =
                List.of(line(3, "\u001b]0;ti"), line(3, "tle\u0007a\u001b[31mred\u001b[0m\u001b[2Jb\rc\n"));

        assertThat(MusterRun.against(controller)
                        .onTerminal()
                        .run("logs", "digits", "--rank", "3")
                        .out())
                .isEqualTo("a\u001b[31mred\u001b[0mb\rc\n");
    }

    @Test
    void noticesGoToStandardError() {
        controller.jobs().log = List.of(LogLine.newBuilder()
                .setRank(2)
                .setNotice("host n2 is lost; its output is gone")
                .build());

        Result result = MusterRun.against(controller).run("logs", "digits");

        assertThat(result.out()).isEmpty();
        assertThat(result.err()).isEqualTo("[rank 2] host n2 is lost; its output is gone\n");
    }
}
