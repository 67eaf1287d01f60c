package dev.muster.agent.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.muster.agent.process.ProcessRunner.RankLaunch;
import dev.muster.agent.process.ProcessRunner.ToolResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With real processes of this machine. */
class OsProcessRunnerTest {
    @TempDir
    Path directory;

    private final ProcessSweeper sweeper = new ProcessSweeper();

    @SuppressWarnings("NullAway.Init") // set before each test
    private RunToken token;

    @SuppressWarnings("NullAway.Init") // set before each test
    private ProcessRunner runner;

    @BeforeEach
    void install() throws IOException {
        runner = OsProcessRunner.install(directory);
        token = new RunToken(RunToken.ownerOf("test", directory), "job", 1, 1);
    }

    @AfterEach
    void leaveNothing() {
        await().until(() -> sweeper.kill(tree()).isEmpty());
    }

    @Test
    void aToolsOutputAndExitCodeAreKept() throws Exception {
        ToolResult result = runner.run(List.of("sh", "-c", "echo out; echo err >&2; exit 3"), Duration.ofSeconds(10));

        assertThat(result.exitCode()).isEqualTo(3);
        assertThat(result.output()).isEqualTo("out\nerr\n");
        assertThat(result.timedOut()).isFalse();
    }

    @Test
    void aToolThatHangsIsKilledWithItsChildrenAtTheLimit() throws Exception {
        Path child = directory.resolve("child");
        ToolResult result =
                runner.run(List.of("sh", "-c", "sleep 600 & echo $! > " + child + "; wait"), Duration.ofMillis(300));

        assertThat(result.timedOut()).isTrue();
        assertThat(result.stuck()).isFalse();
        long pid = Long.parseLong(Files.readString(child).strip());
        await().until(() -> !lives(pid));
    }

    @Test
    void aToolThatPrintsWithoutEndIsBoundedInMemory() throws Exception {
        ToolResult result = runner.run(List.of("yes"), Duration.ofMillis(300));
        assertThat(result.output()).hasSize(256 << 10);
    }

    @Test
    void aToolThatDoesNotExistIsAnError() {
        assertThatThrownBy(() -> runner.run(List.of("no-such-tool"), Duration.ofSeconds(1)))
                .isInstanceOf(IOException.class);
    }

    @Test
    void aRankHasItsOwnSessionItsExitCodeAndNothingOfTheGuard() throws Exception {
        RankProcess rank = start("cut -d' ' -f6 /proc/$$/stat; echo $$; cat; grep SigIgn /proc/$$/status;"
                + " cat /proc/$$/task/$$/children; echo; exit 7");

        String[] lines = output(rank).split("\n", -1);
        assertThat(lines[0]).as("session").isEqualTo(lines[1]);
        assertThat(lines[2]).as("no input, but what comes next").startsWith("SigIgn:");
        long ignored =
                Long.parseUnsignedLong(lines[2].substring("SigIgn:".length()).strip(), 16);
        assertThat(ignored & 0x7fff_ffffL).as("ignored signals").isZero();
        assertThat(lines[3].strip()).as("no child but the one that prints").matches("\\d*");
        await().until(() -> !rank.isAlive());
        assertThat(rank.exitCode()).isEqualTo(7);
        rank.release();
    }

    @Test
    void aSignalThatEndedARankIsInItsExitCode() throws Exception {
        RankProcess rank = start("kill -s KILL $$");
        await().until(() -> !rank.isAlive());
        assertThat(rank.exitCode()).isEqualTo(128 + 9);
        rank.release();
    }

    @Test
    void theWholeTreeIsFoundHoweverItHides() throws Exception {
        RankProcess rank = start("sleep 600 & "
                + "( setsid sleep 601 & ) ; "
                + "env -i setsid sleep 602 & "
                + "env -i sleep 603 & "
                + "sleep 604");
        ProcessTree tree = new ProcessTree(token.text(), List.of(rank.leader()));

        await().until(() -> sweeper.living(tree).stream()
                        .filter(process -> process.name().equals("sleep"))
                        .count()
                == 5);
        await().until(() -> sweeper.kill(tree).isEmpty());
        assertThat(rank.isAlive()).isFalse();
        rank.release();
    }

    @Test
    void anotherRanksProcessesAreLeftAlone() throws Exception {
        RankProcess rank = start("sleep 600");
        ProcessTree other =
                new ProcessTree(new RunToken(token.owner(), token.jobUid(), token.epoch(), 10).text(), List.of());

        assertThat(sweeper.kill(other)).isEmpty();
        assertThat(rank.isAlive()).isTrue();
        assertThatThrownBy(() -> new ProcessTree(token.owner(), List.of()))
                .hasMessageContaining("could match a stranger");
    }

    @Test
    void lettingGoOfTheGuardKillsWhatIsLeft() throws Exception {
        RankProcess rank = start("trap '' TERM; ( setsid sleep 600 & ); while :; do sleep 1; done");
        await().until(() -> sweeper.living(tree()).size() >= 3);

        rank.release();

        await().until(() -> sweeper.living(tree()).isEmpty());
    }

    @Test
    void aRankThatKillsItsOwnGroupDoesNotTakeTheGuardAlong() throws Exception {
        RankProcess rank = start("( setsid sleep 600 & ); sleep 0.2; kill -s KILL 0");
        await().until(() -> !rank.isAlive());

        rank.release();

        await().until(() -> sweeper.living(tree()).isEmpty());
    }

    @Test
    void onlyProcessesThatHandleASignalAreFoundForIt() throws Exception {
        RankProcess rank = start("sh -c 'trap \"echo saved\" USR1; while :; do sleep 0.1; done'; true");
        await().until(() -> sweeper.catchers(tree(), Signal.USR1).size() == 1);

        runner.run(Signal.command(Signal.USR1, sweeper.catchers(tree(), Signal.USR1)), Duration.ofSeconds(5));

        byte[] said = new byte[6];
        assertThat(rank.output().readNBytes(said, 0, 6)).isEqualTo(6);
        assertThat(new String(said, StandardCharsets.UTF_8)).isEqualTo("saved\n");
        assertThat(rank.isAlive()).isTrue();
    }

    @Test
    void whatCannotBeStartedIsAnErrorWithAReason() {
        assertThatThrownBy(() -> runner.start(new RankLaunch(token, List.of(), Map.of(), directory)))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> runner.start(new RankLaunch(token, List.of("-c"), Map.of(), directory)))
                .hasMessageContaining("does not start with a program");
        assertThatThrownBy(() -> runner.start(new RankLaunch(token, List.of("true"), Map.of("A=B", "c"), directory)))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(
                        () -> runner.start(new RankLaunch(token, List.of("true"), Map.of(), directory.resolve("none"))))
                .isInstanceOf(IOException.class);
    }

    @Test
    void aProgramThatDoesNotExistEndsWith127AndSaysSo() throws Exception {
        RankProcess rank = runner.start(new RankLaunch(token, List.of("no-such-program"), environment(), directory));
        assertThat(output(rank)).contains("no-such-program");
        await().until(() -> !rank.isAlive());
        assertThat(rank.exitCode()).isEqualTo(127);
    }

    @Test
    void signalsAreReadAsPeopleWriteThem() {
        assertThat(Signal.parse("SIGUSR1")).hasValue(Signal.USR1);
        assertThat(Signal.parse("usr2")).hasValue(Signal.USR2);
        assertThat(Signal.parse("SIGKILL")).isEmpty();
        assertThat(Signal.parse("")).isEmpty();
    }

    private RankProcess start(String script) throws IOException {
        return runner.start(new RankLaunch(token, List.of("sh", "-c", script), environment(), directory));
    }

    private static Map<String, String> environment() {
        return new HashMap<>(System.getenv());
    }

    private ProcessTree tree() {
        return new ProcessTree(token.text(), List.of());
    }

    private static String output(RankProcess rank) throws IOException {
        return new String(rank.output().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static boolean lives(long pid) {
        return new ProcessTable().read(pid).filter(process -> !process.isDead()).isPresent();
    }
}
