package dev.muster.cli.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.muster.cli.fake.FakeController;
import dev.muster.cli.fake.FakeJobs.WatchScript;
import dev.muster.cli.fake.Samples;
import dev.muster.cli.output.CommandFailure;
import dev.muster.cli.output.ExitCode;
import dev.muster.proto.v1.JobEvent;
import dev.muster.proto.v1.JobRequest;
import dev.muster.proto.v1.JobSpec;
import dev.muster.proto.v1.JobState;
import dev.muster.proto.v1.JobSummary;
import dev.muster.proto.v1.ListJobsRequest;
import dev.muster.proto.v1.LogLine;
import dev.muster.proto.v1.LogsRequest;
import dev.muster.proto.v1.SubmitRequest;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A command among several controllers: one leads, others follow, some are dead. */
class SeveralControllersTest {

    private final FakeController a = FakeController.start();
    private final FakeController b = FakeController.start();
    private final List<Duration> pauses = new ArrayList<>();
    private Runnable whilePausing = () -> {};

    @AfterEach
    void stop() {
        a.close();
        b.close();
    }

    private Controller client(String servers, Duration timeout) {
        return new Controller(
                Servers.parse(servers, "--server"), Optional.empty(), timeout, new SplittableRandom(1), wait -> {
                    pauses.add(wait);
                    whilePausing.run();
                });
    }

    private Controller client() {
        return client(a.address() + "," + b.address(), Duration.ofSeconds(10));
    }

    private static JobRequest digits() {
        return JobRequest.newBuilder().setName("digits").build();
    }

    private static Object list(Controller controller) {
        return controller.jobs(jobs -> jobs.list(ListJobsRequest.getDefaultInstance()));
    }

    @Test
    void whenTheFirstIsDeadTheNextIsAsked() {
        a.close();
        try (Controller controller = client()) {
            list(controller);
            controller.changeJob(jobs -> jobs.cancel(digits()));
        }
        assertThat(b.jobs().requests).hasSize(2);
    }

    @Test
    void aFollowersWordLeadsToALeaderThatNobodyNamed() {
        a.jobs().pointsTo = Optional.of(b.address());
        try (Controller controller = client(a.address(), Duration.ofSeconds(10))) {
            controller.changeJob(jobs -> jobs.cancel(digits()));
            list(controller);
        }
        assertThat(a.jobs().requests).hasSize(1);
        assertThat(b.jobs().requests).hasSize(2);
    }

    @Test
    void whileNobodyLeadsAQuestionIsAskedAgainUntilSomebodyDoes() {
        a.jobs().pointsTo = Optional.of("");
        whilePausing = () -> {
            if (pauses.size() == 3) {
                a.jobs().pointsTo = Optional.empty();
            }
        };
        try (Controller controller = client(a.address(), Duration.ofSeconds(10))) {
            list(controller);
        }
        assertThat(pauses).hasSize(3).allMatch(pause -> pause.toMillis() <= 1_000);
    }

    @Test
    void aFollowerThatIsCutOffFromTheStoreDoesNotHideTheLeader() {
        a.jobs().pointsTo = Optional.of("");
        try (Controller controller = client()) {
            controller.changeJob(jobs -> jobs.cancel(digits()));
        }
        assertThat(b.jobs().requests).hasSize(1);
    }

    @Test
    void aLeaderThatCannotBeReachedFromHereIsNamed() {
        a.jobs().pointsTo = Optional.of(b.address());
        b.close();
        try (Controller controller = client(a.address(), Duration.ofMillis(400))) {
            assertThatThrownBy(() -> controller.changeJob(jobs -> jobs.cancel(digits())))
                    .as("in its follower's words or in ours")
                    .hasMessageContaining(b.address())
                    .hasMessageNotContaining("muster up");
        }
    }

    @Test
    void nobodyLeadingIsSaidInTheEnd() {
        a.jobs().pointsTo = Optional.of("");
        try (Controller controller = client(a.address(), Duration.ofMillis(400))) {
            assertThatThrownBy(() -> list(controller)).isInstanceOfSatisfying(CommandFailure.class, failure -> {
                assertThat(failure.exitCode()).isEqualTo(ExitCode.UNREACHABLE);
                assertThat(failure).hasMessageContaining("no controller leads");
            });
        }
    }

    @Test
    void aChangeThatMayHaveHappenedIsNotAskedForTwiceButASubmissionIs() {
        a.jobs().failures.add(Status.UNAVAILABLE);
        a.jobs().failures.add(Status.UNAVAILABLE);
        try (Controller controller = client()) {
            assertThatThrownBy(() -> controller.changeJob(jobs -> jobs.cancel(digits())))
                    .isInstanceOf(CommandFailure.class);
            assertThat(b.jobs().requests).isEmpty();
        }
        try (Controller controller = client()) {
            new Submission(JobSpec.getDefaultInstance(), new UUID(1, 2)).submit(controller);
        }
        assertThat(b.jobs().onlyRequest(SubmitRequest.class).getSubmissionId()).isEqualTo(new UUID(1, 2).toString());
    }

    @Test
    void aJobIsFollowedFromOneLeaderToTheNext() {
        a.jobs()
                .watches
                .add(new WatchScript(
                        List.of(Samples.update(Samples.job("digits"), Samples.event(1, "Running", ""))),
                        Status.UNAVAILABLE));
        b.jobs()
                .watches
                .add(new WatchScript(
                        List.of(Samples.update(
                                Samples.job("digits", JobState.JOB_STATE_FINISHED),
                                Samples.event(1, "Running", ""),
                                Samples.event(2, "Finished", ""))),
                        Status.OK));
        List<String> heard = new ArrayList<>();
        JobFollower.Listener listener = new JobFollower.Listener() {
            @Override
            public void event(JobEvent event) {
                heard.add(event.getType());
            }

            @Override
            public void job(JobSummary job) {}

            @Override
            public void connectionLost() {}

            @Override
            public void connectionBack() {}
        };
        try (Controller controller = client()) {
            new JobFollower(
                            controller,
                            new JobReference("default", "digits"),
                            listener,
                            new SplittableRandom(1),
                            pauses::add)
                    .follow();
        }
        assertThat(heard).containsExactly("Running", "Finished");
    }

    @Test
    void outputIsFollowedOnWithoutALineMissingOrRepeated() {
        a.jobs().log = List.of(line(0, "one\ntw"), line(1, "x\n"));
        a.jobs().failures.add(Status.UNAVAILABLE);
        b.jobs().log = List.of(line(0, "one\n"), line(1, "x\ny\n"), line(0, "two\nthree\n"));
        LogsRequest request = LogsRequest.newBuilder()
                .setName("digits")
                .setFollow(true)
                .setAttempt(1)
                .build();
        StringBuilder zero = new StringBuilder();
        StringBuilder one = new StringBuilder();
        try (Controller controller = client()) {
            controller.logs(
                    request,
                    line -> (line.getRank() == 0 ? zero : one)
                            .append(line.getData().toStringUtf8()));
        }
        assertThat(zero.toString()).isEqualTo("one\ntwo\nthree\n");
        assertThat(one.toString()).isEqualTo("x\ny\n");
    }

    @Test
    void theEndOfOutputIsFollowedOnWithAWordOfWarning() {
        a.jobs().log = List.of(line(0, "nine\n"));
        a.jobs().failures.add(Status.UNAVAILABLE);
        b.jobs().log = List.of(line(0, "ten\n"));
        LogsRequest request = LogsRequest.newBuilder()
                .setName("digits")
                .setFollow(true)
                .setTailLines(1)
                .build();
        List<LogLine> lines = new ArrayList<>();
        try (Controller controller = client()) {
            controller.logs(request, lines::add);
        }
        assertThat(lines).hasSize(3);
        assertThat(lines.get(1).getNotice()).contains("the leader changed");
    }

    private static LogLine line(int rank, String text) {
        return LogLine.newBuilder()
                .setRank(rank)
                .setData(ByteString.copyFromUtf8(text))
                .build();
    }
}
