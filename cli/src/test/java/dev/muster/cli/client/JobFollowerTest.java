package dev.muster.cli.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.cli.fake.FakeController;
import dev.muster.cli.fake.FakeFleet;
import dev.muster.cli.fake.FakeJobs;
import dev.muster.cli.fake.FakeJobs.WatchScript;
import dev.muster.cli.fake.Samples;
import dev.muster.cli.output.CommandFailure;
import dev.muster.cli.output.ExitCode;
import dev.muster.proto.v1.JobEvent;
import dev.muster.proto.v1.JobState;
import dev.muster.proto.v1.JobSummary;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class JobFollowerTest {

    private static final JobReference JOB = new JobReference("default", "digits");

    private final List<String> heard = new ArrayList<>();
    private final List<Duration> pauses = new ArrayList<>();

    private final JobFollower.Listener listener = new JobFollower.Listener() {
        @Override
        public void event(JobEvent event) {
            heard.add(event.getType());
        }

        @Override
        public void job(JobSummary job) {
            heard.add(job.getState().name());
        }

        @Override
        public void connectionLost() {
            heard.add("lost");
        }

        @Override
        public void connectionBack() {
            heard.add("back");
        }
    };

    private JobSummary follow(int port, Pause pause) {
        try (Controller controller = Controller.only(new ServerAddress("127.0.0.1", port), Duration.ofSeconds(5))) {
            return new JobFollower(controller, JOB, listener, new SplittableRandom(1), pause).follow();
        }
    }

    @Test
    void aControllerThatIsRestartedIsFollowedOn() {
        FakeJobs jobs = new FakeJobs();
        jobs.watches.add(new WatchScript(List.of(Samples.update(Samples.job("digits"))), Status.UNAVAILABLE));
        FakeController first = FakeController.start();
        first.close();
        int port = first.port();
        List<FakeController> restarted = new ArrayList<>();
        jobs.watches.add(new WatchScript(
                List.of(Samples.update(
                        Samples.job("digits", JobState.JOB_STATE_FINISHED), Samples.event(9, "Finished", ""))),
                Status.OK));

        try {
            JobSummary end = follow(port, duration -> {
                pauses.add(duration);
                if (pauses.size() == 3) {
                    restarted.add(FakeController.start(jobs, new FakeFleet(), port));
                }
            });
            assertThat(end.getState()).isEqualTo(JobState.JOB_STATE_FINISHED);
        } finally {
            restarted.forEach(FakeController::close);
        }
        assertThat(heard)
                .containsExactly("lost", "back", "JOB_STATE_RUNNING", "lost", "back", "Finished", "JOB_STATE_FINISHED");
    }

    @Test
    void aControllerThatStaysAwayIsGivenUpInTheEnd() {
        FakeController gone = FakeController.start();
        gone.close();

        assertThatThrownBy(() -> follow(gone.port(), pauses::add))
                .isInstanceOfSatisfying(
                        CommandFailure.class,
                        failure -> assertThat(failure.exitCode()).isEqualTo(ExitCode.UNREACHABLE));
        assertThat(pauses).hasSize(150).allMatch(pause -> pause.toMillis() <= 5000);
        assertThat(heard).containsExactly("lost");
    }

    @Test
    void aJobThatIsUnknownIsNotWaitedFor() {
        try (FakeController controller = FakeController.start()) {
            controller.jobs().watches.add(new WatchScript(List.of(), Status.NOT_FOUND.withDescription("no such job")));

            assertThatThrownBy(() -> follow(controller.port(), pauses::add))
                    .isInstanceOfSatisfying(
                            CommandFailure.class,
                            failure -> assertThat(failure.exitCode()).isEqualTo(ExitCode.NOT_FOUND));
            assertThat(pauses).isEmpty();
        }
    }
}
