package dev.muster.controller.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.scheduler.job.JobSpec;
import dev.muster.scheduler.job.RestartSpec;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RestartBudgetTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration TEN_MINUTES = Duration.ofMinutes(10);

    @Test
    void aJobThatFailsTooOftenHasFailedAndSaysWhichBoundAndWhy() {
        JobStory story = JobStory.submitted(Jobs.spec(2, 100, TEN_MINUTES));

        crash(story, "boom 1").is(JobPhase.PENDING);
        crash(story, "boom 2").is(JobPhase.PENDING);
        crash(story, "Traceback (most recent call last):\n  File \"train.py\", line 7\nValueError: boom 3\n\n")
                .is(JobPhase.FAILED);

        assertThat(story.status().message())
                .isEqualTo("it failed 3 times and restart.maxRestarts is 2; last: rank 0 on n1 exited with code 1: "
                        + "ValueError: boom 3");
        assertThat(story.status().restarts().applicationFailures()).isEqualTo(3);
    }

    @Test
    void aCrashLoopBlowsTheFuseLongBeforeTheBudgetIsSpent() {
        JobStory story = JobStory.submitted(Jobs.spec(50, 3, TEN_MINUTES));

        crash(story.after(MINUTE), "boom").is(JobPhase.PENDING);
        crash(story.after(MINUTE), "boom").is(JobPhase.PENDING);
        crash(story.after(MINUTE), "boom").is(JobPhase.FAILED);

        assertThat(story.status().message())
                .startsWith("it failed 3 times within 10m without a newer checkpoint (restart.fuse); last: rank 0");
    }

    @Test
    void failuresFarApartDoNotBlowTheFuse() {
        JobStory story = JobStory.submitted(Jobs.spec(50, 3, TEN_MINUTES));

        for (int i = 0; i < 20; i++) {
            crash(story.after(Duration.ofMinutes(6)), "boom").is(JobPhase.PENDING);
        }

        assertThat(story.status().restarts().recent()).hasSizeLessThan(3);
    }

    @Test
    void aNewerCheckpointStartsTheFusesWindowAnew() {
        JobStory story = JobStory.submitted(Jobs.spec(50, 3, TEN_MINUTES));

        for (int i = 1; i <= 20; i++) {
            int checkpoint = i / 2;
            run(story.after(MINUTE)).reports(1000, checkpoint);
            fail(story, "boom").is(JobPhase.PENDING);
        }

        assertThat(story.status().restarts().applicationFailures()).isEqualTo(20);
    }

    @Test
    void aCheckpointThatIsNotNewerDoesNotHelp() {
        JobStory story = JobStory.submitted(Jobs.spec(50, 3, TEN_MINUTES));

        for (int i = 0; i < 3; i++) {
            run(story.after(MINUTE)).reports(500, 400);
            fail(story, "boom");
        }

        story.is(JobPhase.FAILED);
    }

    @Test
    void aClockThatStepsBackDoesNotLetACrashLoopGoOn() {
        JobStory story = JobStory.submitted(Jobs.spec(50, 3, TEN_MINUTES));

        crash(story, "boom");
        crash(story.after(Duration.ofHours(-1)), "boom").is(JobPhase.PENDING);
        crash(story.after(MINUTE), "boom").is(JobPhase.FAILED);
    }

    @Test
    void lostHostsAreNeverHeldAgainstTheJob() {
        JobSpec fragile = Jobs.spec(0, 1, TEN_MINUTES);
        JobStory story = JobStory.submitted(fragile);

        for (int i = 1; i <= 2000; i++) {
            run(story).rankFails(0, "connection reset").loses("n2").stopped().is(JobPhase.PENDING);
        }

        assertThat(story.status().restarts()).isEqualTo(new RestartHistory(0, 2000, List.of(), -1, Optional.empty()));
        crash(story, "boom").is(JobPhase.FAILED);
    }

    @Test
    void aJobMaySayHowManyHostsItOutlives() {
        JobStory story = JobStory.submitted(Jobs.specOutliving(2));

        run(story).loses("n2").stopped().is(JobPhase.PENDING);
        run(story).loses("n2").stopped().is(JobPhase.PENDING);
        run(story).loses("n2").stopped().is(JobPhase.FAILED);

        assertThat(story.status().message())
                .startsWith("it lost hosts 3 times and restart.maxInfrastructureRestarts is 2; last: host n2");
    }

    @Test
    void byDefaultARestartThatNeverEndsIsEndedAfterAHundredThousand() {
        RestartHistory worn = new RestartHistory(0, 100_000, List.of(), -1, Optional.empty());

        assertThat(worn.exceeded(RestartSpec.DEFAULT, false)).isEmpty();
        assertThat(worn.infrastructureFailed().exceeded(RestartSpec.DEFAULT, false))
                .isPresent();
    }

    @Test
    void whatAFailedRankSaysIsBoundedAndOneLine() {
        JobStory story = JobStory.submitted(Jobs.spec(0, 1, TEN_MINUTES));

        crash(story, "first\n" + "x\t".repeat(10_000));

        assertThat(story.status().message()).hasSizeLessThanOrEqualTo(400).doesNotContain("\n", "\t", "first");
    }

    private static JobStory crash(JobStory story, String output) {
        return fail(run(story), output);
    }

    private static JobStory run(JobStory story) {
        return story.placed("n1", "n2", "n3").runs();
    }

    private static JobStory fail(JobStory story, String output) {
        return story.rankFails(0, output).stopped();
    }
}
