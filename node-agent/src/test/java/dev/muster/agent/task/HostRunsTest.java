package dev.muster.agent.task;

import static dev.muster.agent.task.TestHost.spec;
import static dev.muster.agent.task.TestHost.stop;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The runs of a host, with ranks that are real processes. */
class HostRunsTest {
    private static final RunKey JOB = new RunKey("job", 1);
    private static final String FOREVER = "while :; do sleep 0.1; done";

    @TempDir
    Path directory;

    @SuppressWarnings("NullAway.Init") // set before each test
    private TestHost host;

    @BeforeEach
    void aHostWithFourDevices() throws IOException {
        host = new TestHost(directory, 4);
    }

    @AfterEach
    void leaveNothing() throws IOException {
        host.close();
        assertThat(host.processes()).isZero();
    }

    @Test
    void aRunThatSucceedsIsReportedOnItsWay() {
        host.runs().start(spec("job", 1, 2, "exit 0"));
        awaitEnd(JOB);

        assertThat(host.status(JOB).ranks()).extracting(RankStatus::state).containsOnly(RankState.SUCCEEDED);
        assertThat(host.status(JOB).message()).isEmpty();
        assertThat(host.told(JOB)).extracting(RunStatus::phase).contains(RunPhase.RUNNING, RunPhase.ENDED);
        assertThat(host.status(JOB).ranks()).extracting(RankStatus::devices).containsExactly(List.of(0), List.of(1));
    }

    @Test
    void aRankThatFailsIsReportedAtOnceWithItsLastWordsAndTheOthersGoOn() throws IOException {
        host.runs()
                .start(spec(
                        "job", 1, 2, "[ $LOCAL_RANK = 0 ] || { seq 1 100; echo no memory >&2; exit 3; }; " + FOREVER));

        await().until(() -> host.status(JOB).ranks().get(1).state() == RankState.FAILED);
        RankStatus failed = host.status(JOB).ranks().get(1);
        assertThat(failed.rank()).isEqualTo(3);
        assertThat(failed.exitCode()).isEqualTo(3);
        assertThat(failed.message().lines()).hasSize(20).last().isEqualTo("no memory");
        assertThat(host.status(JOB).phase()).isEqualTo(RunPhase.RUNNING);
        assertThat(host.status(JOB).ranks().get(0).state()).isEqualTo(RankState.RUNNING);
        assertThat(host.processes()).isPositive();
    }

    @Test
    void whatARankLeavesBehindGoesWithIt() throws IOException {
        host.runs().start(spec("job", 1, 1, "( setsid sleep 600 & ); sleep 601 & exit 0"));
        awaitEnd(JOB);

        assertThat(host.processes()).isZero();
        assertThat(host.status(JOB).ranks().get(0).state()).isEqualTo(RankState.SUCCEEDED);
    }

    @Test
    void everyProcessHasTheContractsEnvironment() throws IOException {
        host.runs().start(spec("job", 7, 2, 2, List.of("env"), Map.of("RANK", "99", "OWN", "x y"), ""));
        RunKey key = new RunKey("job", 7);
        awaitEnd(key);

        assertThat(host.output(key, 3).lines())
                .contains(
                        "RANK=3",
                        "LOCAL_RANK=1",
                        "WORLD_SIZE=4",
                        "LOCAL_WORLD_SIZE=2",
                        "NODE_RANK=1",
                        "NNODES=2",
                        "MASTER_ADDR=10.0.0.1",
                        "MASTER_PORT=29500",
                        "MUSTER_JOB=llama",
                        "MUSTER_NAMESPACE=research",
                        "MUSTER_ATTEMPT=7",
                        "MUSTER_HOST=n1",
                        "MUSTER_TOPOLOGY=z1/b1/r1/n1",
                        "FAKE_VISIBLE_DEVICES=0,1",
                        "MUSTER_CHECKPOINT_DIR=" + directory.resolve("jobs/job/checkpoint"),
                        "MUSTER_PROGRESS_FILE=" + directory.resolve("jobs/job/e7/progress"),
                        "OWN=x y",
                        "PWD=" + directory.resolve("jobs/job/e7/work"));
        assertThat(host.output(key, 2).lines()).contains("RANK=2", "LOCAL_RANK=0");
        assertThat(directory.resolve("jobs/job/checkpoint")).isDirectory();
    }

    @Test
    void oneProcessForTheWholeHostGetsAllItsDevices() throws IOException {
        host.runs().start(spec("job", 1, 1, 3, List.of("env"), Map.of(), "sub/dir"));
        awaitEnd(JOB);

        assertThat(host.output(JOB, 2).lines())
                .contains(
                        "LOCAL_WORLD_SIZE=1",
                        "FAKE_VISIBLE_DEVICES=0,1,2",
                        "PWD=" + directory.resolve("jobs/job/e1/work/sub/dir"));
        assertThat(host.status(JOB).ranks().get(0).devices()).containsExactly(0, 1, 2);
    }

    @Test
    void noDeviceIsGivenToTwoRuns() {
        host.runs().start(spec("a", 1, 2, FOREVER));
        awaitRunning(new RunKey("a", 1));
        host.runs().start(spec("b", 1, 3, FOREVER));
        RunKey refused = new RunKey("b", 1);
        awaitEnd(refused);

        assertThat(host.status(refused).message())
                .isEqualTo("host n1 cannot give 3 devices: 4 devices, 2 in use, 0 lost");
        assertThat(host.status(refused).ranks()).extracting(RankStatus::state).containsOnly(RankState.FAILED);

        host.ledger().present(2, false);
        host.runs().start(spec("c", 1, 1, FOREVER));
        awaitRunning(new RunKey("c", 1));
        assertThat(host.status(new RunKey("c", 1)).ranks().get(0).devices()).containsExactly(3);

        host.runs().stop(stop(new RunKey("a", 1), Duration.ZERO));
        awaitEnd(new RunKey("a", 1));
        host.runs().start(spec("b", 2, 2, FOREVER));
        awaitRunning(new RunKey("b", 2));
        assertThat(host.status(new RunKey("b", 2)).ranks())
                .extracting(RankStatus::devices)
                .containsExactly(List.of(0), List.of(1));
    }

    @Test
    void theSameOrderTwiceStartsOnce() throws IOException {
        String script = "echo x >> " + host.file("starts") + "; " + FOREVER;
        host.runs().start(spec("job", 1, 1, script));
        host.runs().start(spec("job", 1, 1, script));
        awaitRunning(JOB);
        host.runs().start(spec("job", 1, 1, script));
        await().until(() -> host.exists("starts"));
        host.runs().stop(stop(JOB, Duration.ZERO));
        awaitEnd(JOB);
        host.runs().forget(JOB);

        RunStatus late = host.runs().start(spec("job", 1, 1, script));

        assertThat(late.phase()).isEqualTo(RunPhase.ENDED);
        assertThat(late.message()).isEqualTo("epoch 1 of this job is over here");
        assertThat(Files.readAllLines(host.file("starts"))).hasSize(1);
    }

    @Test
    void aNewerEpochStartsOnlyWhenNothingOfTheOlderIsLeft() throws IOException {
        // The newer one fails if it sees the older one alive.
        host.runs()
                .start(spec(
                        "job",
                        1,
                        1,
                        "trap '' TERM; ( setsid sh -c 'echo $$ > " + host.file("old") + "; sleep 600' & ); "
                                + FOREVER));
        await().until(() -> host.exists("old"));
        RunKey second = new RunKey("job", 2);
        host.runs()
                .start(spec(
                        "job",
                        2,
                        1,
                        "grep -qs '^State:.[^Z]' /proc/$(cat " + host.file("old") + ")/status && exit 9; exit 0"));
        awaitEnd(second);

        assertThat(host.status(second).ranks().get(0).exitCode()).isZero();
        assertThat(host.status(JOB).phase()).isEqualTo(RunPhase.ENDED);
        assertThat(host.status(JOB).message()).isEqualTo("superseded by epoch 2");
        assertThat(host.runs().start(spec("job", 0, 1, FOREVER)).phase()).isEqualTo(RunPhase.ENDED);
    }

    @Test
    void aStopOfAnUnknownRunIsConfirmedAndHoldsForEver() throws IOException {
        RunStatus confirmed = host.runs().stop(stop(new RunKey("job", 3), Duration.ZERO));
        assertThat(confirmed.phase()).isEqualTo(RunPhase.ENDED);

        assertThat(host.runs().start(spec("job", 3, 1, FOREVER)).message())
                .isEqualTo("epoch 3 of this job is over here");
        TestHost nextLife = new TestHost(directory, 4);
        assertThat(nextLife.runs().start(spec("job", 2, 1, FOREVER)).phase()).isEqualTo(RunPhase.ENDED);
        assertThat(nextLife.runs().start(spec("job", 4, 1, "exit 0")).phase()).isEqualTo(RunPhase.STARTING);
        nextLife.close();
    }

    @Test
    void aStopLetsTheRanksEndInOrderWithinTheGrace() {
        host.runs().start(spec("job", 1, 2, "trap 'echo bye; exit 0' TERM; echo up; " + FOREVER));
        awaitOutput("up\n", 2, 3);

        host.runs().stop(stop(JOB, Duration.ofSeconds(20)));
        awaitEnd(JOB);

        assertThat(host.status(JOB).ranks()).allSatisfy(rank -> {
            assertThat(rank.state()).isEqualTo(RankState.STOPPED);
            assertThat(rank.exitCode()).isZero();
        });
        awaitOutput("up\nbye\n", 2, 3);
        assertThat(host.told(JOB)).extracting(RunStatus::phase).contains(RunPhase.STOPPING);
    }

    @Test
    void aRankThatIgnoresTermIsKilledAfterTheGraceWithItsWholeTree() throws IOException {
        host.runs().start(spec("job", 1, 1, "trap '' TERM; ( setsid sleep 600 & ); echo up; " + FOREVER));
        awaitOutput("up\n", 2);

        host.runs().stop(stop(JOB, Duration.ofMillis(200)));
        host.runs().stop(stop(JOB, Duration.ofMillis(200)));
        awaitEnd(JOB);

        assertThat(host.processes()).isZero();
        assertThat(host.status(JOB).ranks().get(0).exitCode()).isEqualTo(128 + 9);
    }

    @Test
    void aStopWaitsForTheCheckpointItAskedForAndNoLonger() {
        host.runs()
                .start(spec(
                        "job",
                        1,
                        1,
                        "trap 'echo step=8 checkpoint=8 > $MUSTER_PROGRESS_FILE' USR1; trap 'echo term; exit 0' TERM; "
                                + "echo step=7 checkpoint=5 > $MUSTER_PROGRESS_FILE; echo up; " + FOREVER));
        awaitOutput("up\n", 2);
        await().until(() -> !host.progress().isEmpty());

        host.runs().stop(new StopOrder(JOB, "drain", "SIGUSR1", Duration.ofMinutes(10), Duration.ofSeconds(20)));

        awaitEnd(JOB);
        assertThat(host.progress()).extracting(Progress::checkpoint).containsExactly(5L, 8L);
        awaitOutput("up\nterm\n", 2);
    }

    @Test
    void aSignalThatNobodyHandlesIsNotSentAndNotWaitedFor() {
        host.runs().start(spec("job", 1, 1, "trap 'echo term; exit 0' TERM; echo up; " + FOREVER));
        awaitOutput("up\n", 2);

        host.runs().stop(new StopOrder(JOB, "drain", "SIGUSR1", Duration.ofMinutes(10), Duration.ofSeconds(20)));

        awaitEnd(JOB);
        awaitOutput("up\nterm\n", 2);
    }

    @Test
    void aLaterOrderCanCutTheWaitingShort() {
        host.runs().start(spec("job", 1, 1, "trap '' TERM; trap 'echo saving' USR1; echo up; " + FOREVER));
        awaitOutput("up\n", 2);
        host.runs().stop(new StopOrder(JOB, "drain", "USR1", Duration.ofMinutes(10), Duration.ofMinutes(10)));
        awaitOutput("up\nsaving\n", 2);

        host.runs().stop(stop(JOB, Duration.ZERO));

        awaitEnd(JOB);
        assertThat(host.status(JOB).message()).isEqualTo("drain");
    }

    @Test
    void progressIsToldWhenItChanges() {
        host.runs()
                .start(
                        spec(
                                "job",
                                1,
                                1,
                                "p() { echo \"$1\" > $MUSTER_PROGRESS_FILE.new; mv $MUSTER_PROGRESS_FILE.new $MUSTER_PROGRESS_FILE; }; "
                                        + "p 'step=1 checkpoint=0'; while [ ! -e " + host.file("seen")
                                        + " ]; do sleep 0.05; done; "
                                        + "p nonsense; sleep 0.6; p 'step=2 checkpoint=2 loss=0.5 total=10 checkpointSeconds=1.5 later=x'"));
        await().until(() -> host.progress().size() == 1);
        assertThat(host.file("seen").toFile()).doesNotExist();
        writeSeen();
        awaitEnd(JOB);

        assertThat(host.progress()).hasSize(2);
        Progress last = host.progress().get(1);
        assertThat(last.step()).isEqualTo(2);
        assertThat(last.checkpoint()).isEqualTo(2);
        assertThat(last.loss()).isEqualTo(OptionalDouble.of(0.5));
        assertThat(last.totalSteps()).isEqualTo(10);
        assertThat(last.checkpointSeconds()).isEqualTo(1.5);
    }

    @Test
    void aRankThatWritesWithoutEndFillsNeitherDiskNorMemory() {
        host.runs().start(spec("job", 1, 1, "exec yes"));
        await().until(() -> host.runs().output(JOB, 2).orElseThrow().end() > 20 << 20);

        OutputLog log = outputOf(2);
        assertThat(log.end() - log.start()).isLessThanOrEqualTo(64 << 10);
        assertThat(directory.resolve("jobs/job/e1/rank-2.log").toFile().length())
                .isLessThanOrEqualTo(32 << 10);
        assertThat(directory.resolve("jobs/job/e1/rank-2.log.1").toFile().length())
                .isLessThanOrEqualTo(32 << 10);
    }

    @Test
    void theOutputOfTheNewestAttemptsIsKept() throws IOException {
        for (int epoch = 1; epoch <= 7; epoch++) {
            RunKey key = new RunKey("job", epoch);
            host.runs().start(spec("job", epoch, 1, "echo attempt " + epoch));
            awaitEnd(key);
            awaitOutput(key, "attempt " + epoch + "\n", 2);
            host.runs().forget(key);
        }

        await().until(() -> !Files.exists(directory.resolve("jobs/job/e2")));
        assertThat(host.output(new RunKey("job", 3), 2)).isEqualTo("attempt 3\n");
        assertThat(host.runs().output(new RunKey("job", 1), 2)).isEmpty();
        assertThat(directory.resolve("jobs/job/checkpoint")).isDirectory();
    }

    @Test
    void whatCannotStartSaysWhy() {
        assertRefused(spec("a", 1, 1, 1, List.of(), Map.of(), ""), "the job has no command");
        assertRefused(
                spec("b", 1, 1, 1, List.of("true"), Map.of(), "/no/such/place"),
                "/no/such/place does not exist on this host");
        assertRefused(spec("c", 1, 1, 1, List.of("true"), Map.of(), "../../.."), "leaves the run's own directory");
        assertRefused(spec("d", 1, 1, 1, List.of("true"), Map.of("A=B", "c"), ""), "");
        assertThat(host.status(new RunKey("d", 1)).ranks().get(0).message()).startsWith("cannot start: ");
        assertThatThrownBy(() -> new RunKey("../etc", 1)).hasMessageContaining("is no job uid");
    }

    @Test
    void aRunThatIsForgottenIsNoLongerHeldButARunningOneStays() {
        host.runs().start(spec("job", 1, 1, FOREVER));
        awaitRunning(JOB);
        host.runs().forget(JOB);
        assertThat(host.runs().statuses()).hasSize(1);

        host.runs().killNow(JOB, "killed: test");
        awaitEnd(JOB);
        assertThat(host.status(JOB).message()).isEqualTo("killed: test");
        assertThat(host.status(JOB).ranks().get(0).state()).isEqualTo(RankState.STOPPED);
        host.runs().forget(JOB);
        assertThat(host.runs().statuses()).isEmpty();
    }

    private void assertRefused(RunSpec spec, String message) {
        host.runs().start(spec);
        awaitEnd(spec.key());
        assertThat(host.status(spec.key()).message()).contains(message);
        assertThat(host.status(spec.key()).ranks())
                .extracting(RankStatus::state)
                .containsOnly(RankState.FAILED);
    }

    private void writeSeen() {
        try {
            Files.createFile(host.file("seen"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private OutputLog outputOf(int rank) {
        try {
            return host.runs().output(JOB, rank).orElseThrow();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void awaitRunning(RunKey key) {
        await().until(() -> host.isIn(RunPhase.RUNNING, key));
    }

    private void awaitEnd(RunKey key) {
        await().atMost(Duration.ofSeconds(20)).until(() -> host.isIn(RunPhase.ENDED, key));
    }

    private void awaitOutput(String text, int... ranks) {
        awaitOutput(JOB, text, ranks);
    }

    private void awaitOutput(RunKey key, String text, int... ranks) {
        for (int rank : ranks) {
            await().until(() -> host.runs().output(key, rank).isPresent()
                    && spoken(key, rank).equals(text));
        }
    }

    /** Without what the shell itself says about a child that the signal ended. */
    private String spoken(RunKey key, int rank) throws IOException {
        return host.output(key, rank).replace("Terminated\n", "");
    }
}
