package dev.muster.agent.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.agent.task.RunKey;
import dev.muster.agent.task.RunSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SelfFenceTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final SelfFence fence = new SelfFence(0, Duration.ofMinutes(5));

    @Test
    void aRunIsKilledALittleBeforeItsTimeIsOver() {
        fence.acknowledged(100 * SECOND);

        assertThat(overdue(100 + 284, run(0))).isFalse();
        assertThat(overdue(100 + 285, run(0))).as("5 % of 300 s before").isTrue();
        assertThat(overdue(100 + 8, run(10_000))).isFalse();
        assertThat(overdue(100 + 9, run(10_000))).as("one second before").isTrue();
    }

    @Test
    void eachRunHasItsOwnTimeAndTheControllersDefaultIsForTheRest() {
        fence.defaultTimeout(Duration.ofSeconds(60));

        assertThat(fence.overdue(58 * SECOND, List.of(run(0), run(120_000), run(20_000))))
                .extracting(RunSpec::isolationTimeoutMillis)
                .containsExactly(0L, 20_000L);
    }

    @Test
    void anAnswerCountsFromWhenTheQuestionWasSent() {
        fence.acknowledged(50 * SECOND);
        fence.acknowledged(40 * SECOND);

        assertThat(fence.silence(60 * SECOND)).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void aVeryShortTimeoutLeavesHalfOfIt() {
        assertThat(fence.overdue(SECOND / 2 - 1, List.of(run(1_000)))).isEmpty();
        assertThat(fence.overdue(SECOND / 2, List.of(run(1_000)))).hasSize(1);
    }

    private boolean overdue(long atSeconds, RunSpec run) {
        return !fence.overdue(atSeconds * SECOND, List.of(run)).isEmpty();
    }

    private static RunSpec run(long isolationMillis) {
        return new RunSpec(
                new RunKey("job", 1),
                "n",
                "j",
                1,
                0,
                1,
                0,
                1,
                1,
                0,
                "",
                0,
                "",
                List.of("x"),
                "",
                Map.of(),
                "",
                isolationMillis);
    }
}
