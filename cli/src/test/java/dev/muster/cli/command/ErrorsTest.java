package dev.muster.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.cli.command.MusterRun.Result;
import dev.muster.cli.fake.FakeController;
import dev.muster.cli.fake.Samples;
import io.grpc.Status;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every error is one line on standard error and the exit code that the contract promises. */
class ErrorsTest {

    @ParameterizedTest
    @CsvSource({
        "NOT_FOUND, 3",
        "UNAVAILABLE, 4",
        "DEADLINE_EXCEEDED, 4",
        "INVALID_ARGUMENT, 2",
        "ALREADY_EXISTS, 5",
        "FAILED_PRECONDITION, 5",
        "PERMISSION_DENIED, 5",
        "RESOURCE_EXHAUSTED, 5",
        "ABORTED, 5",
        "INTERNAL, 1",
        "UNKNOWN, 1",
        "UNIMPLEMENTED, 1"
    })
    void eachStatusHasItsExitCode(Status.Code code, int exitCode) {
        try (FakeController controller = FakeController.start()) {
            controller.jobs().failures.add(code.toStatus().withDescription("because of\n\u001b[31mthat"));

            Result result = MusterRun.against(controller).run("show", "digits");

            assertThat(result.exitCode()).isEqualTo(exitCode);
            assertThat(result.out()).isEmpty();
            assertThat(result.err()).startsWith("muster: ").hasLineCount(1).doesNotContain("\u001b");
        }
    }

    @Test
    void anUnreachableControllerSaysWhatToDo() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }

        Result result = new MusterRun().run("--server", "127.0.0.1:" + port, "list");

        assertThat(result.exitCode()).isEqualTo(4);
        assertThat(result.err())
                .isEqualTo("muster: controller at 127.0.0.1:" + port
                        + " is not reachable; start one with `muster up` or name it with --server\n");
    }

    @Test
    void aControllerThatDoesNotAnswerIsGivenUp() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Result result =
                    new MusterRun().run("list", "--timeout", "200ms", "--server", "127.0.0.1:" + silent.getLocalPort());

            assertThat(result.exitCode()).isEqualTo(4);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "lsit | there is no command \"lsit\"; did you mean `muster list`?",
                "node cordn n1 | there is no command \"node cordn\"; did you mean `muster node cordon`?",
                "frobnicate | there is no command \"frobnicate\"; `muster --help` lists all",
                "list --sevrer x | `muster list` has no option \"--sevrer\"; did you mean --server?",
                "list extra | `muster list` has no place for \"extra\"; see `muster list --help`",
                "show | `muster show` needs JOB; see `muster show --help`",
                "list -o xml | --output is \"xml\"; it must be one of table, wide,"
                        + " json, yaml, name; see `muster list --help`",
                "list --state idle | --state is \"idle\"; it must be one of pending, held, starting, running, stopping,"
                        + " finished, failed, cancelled",
                "list --limit -1 | --limit is -1; it must be 0 (all) or more",
                "list --timeout soon | --timeout is \"soon\"; give a duration"
                        + " such as 10s or 2m; see `muster list --help`",
                "list --server :x | --server is \":x\"; it must be HOST:PORT, such as 127.0.0.1:7443",
                "logs digits --rank -1 | --rank is -1; it must be 0 or more",
                "logs digits --tail 0 | --tail is 0; it must be 1 or more",
                "logs digits --rank one | --rank: 'one' is not an int; see `muster logs --help`",
                "completion fish | there are no completions for \"fish\"; it must be bash or zsh",
                "up --nodes 0 | --nodes is 0; it must be from 1 to 64",
                "up --accelerators -2 | --accelerators is -2; it must be from 0 to 1024",
                "up --port 70000 | --port is 70000; it must be from 1 to 65535",
                "up --port 7480 | --port and --http-port are both 7480; choose two",
                "-o | no command is named after \"-o\"; `muster --help` lists all"
            })
    void aMistakeOnTheCommandLineIsNamed(String words, String error) {
        Result result = new MusterRun().run(List.of(words.split(" ", -1)));

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).isEqualTo("muster: " + error + "\n");
    }

    @ParameterizedTest
    @CsvSource({
        "show, Digits",
        "cancel, a_b",
        "events, -x-/y",
        "logs, a/b/c",
        "show, ''",
        "node show, n 1",
        "node drain, ../n1"
    })
    void namesThatCannotExistAreRefusedHere(String verb, String name) {
        try (FakeController controller = FakeController.start()) {
            List<String> words = new ArrayList<>(List.of(verb.split(" ", -1)));
            words.add(name);

            Result result = MusterRun.against(controller).run(words);

            assertThat(result.exitCode()).isEqualTo(2);
            assertThat(result.err()).startsWith("muster: ").hasLineCount(1);
            assertThat(controller.jobs().requests).isEmpty();
        }
    }

    @Test
    void nothingFromAJobCanSteerTheTerminal() {
        try (FakeController controller = FakeController.start()) {
            controller.jobs().listed = List.of(Samples.job("digits").toBuilder()
                    .setReason("\u001b]0;owned\u0007 exit 1\nfake  RUNNING")
                    .setQueue("q\u202eeuq")
                    .build());

            for (String format : List.of("table", "wide", "json", "yaml", "name")) {
                String out = MusterRun.against(controller)
                        .onTerminal()
                        .run("list", "--no-color", "-o", format)
                        .out();
                assertThat(out).as(format).doesNotContain("\u001b", "\u0007", "\u202e");
            }
            assertThat(MusterRun.against(controller).run("list").out()).hasLineCount(2);
        }
    }

    @Test
    void coloursAppearOnlyOnATerminalThatWantsThem() {
        try (FakeController controller = FakeController.start()) {
            controller.jobs().listed = List.of(Samples.job("digits"));

            assertThat(MusterRun.against(controller).onTerminal().run("list").out())
                    .contains("\u001b[32mRUNNING");
            assertThat(MusterRun.against(controller).run("list").out()).doesNotContain("\u001b");
            assertThat(MusterRun.against(controller)
                            .onTerminal()
                            .run("--no-color", "list")
                            .out())
                    .doesNotContain("\u001b");
        }
    }

    @Test
    void aStackTraceIsPrintedOnlyWhenAskedFor() {
        Result quiet = new MusterRun().run("list", "--server", "127.0.0.1:1");
        Result verbose = new MusterRun().run("list", "--server", "127.0.0.1:1", "--verbose");

        assertThat(quiet.err()).hasLineCount(1);
        assertThat(verbose.exitCode()).isEqualTo(4);
        assertThat(verbose.err()).contains("at dev.muster.cli.client.Controller");
    }

    @Test
    void helpIsNoMistake() {
        assertThat(new MusterRun().run().out()).contains("node quarantine").contains("muster demo");
        assertThat(new MusterRun().run("--help").exitCode()).isZero();
        assertThat(new MusterRun().run("help", "submit").out())
                .contains("--dry-run")
                .contains("Submit a job file.");
        assertThat(new MusterRun().run("node", "drain", "--help").out()).contains("Usage: muster node drain");
        assertThat(new MusterRun().run("version").out()).isEqualTo("muster 1.2.3\n");
        assertThat(new MusterRun().run("-o", "json", "version").out()).contains("\"version\": \"1.2.3\"");
        assertThat(new MusterRun().run("--version").out()).isEqualTo("muster 1.2.3\n");
    }
}
