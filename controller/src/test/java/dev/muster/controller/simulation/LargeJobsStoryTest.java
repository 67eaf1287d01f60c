package dev.muster.controller.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.controller.state.JobPhase;
import dev.muster.scheduler.job.JobSpec;
import dev.muster.scheduler.job.TemplateSpec;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Jobs whose records are large: what one turn decides must still fit into one transaction. */
class LargeJobsStoryTest {

    private final SmallCluster cluster = SmallCluster.of(3);

    @Test
    void manyLargeJobsThatCouldStartTogetherAllStartAndTheControllerLives() {
        cluster.submit(Specs.job("first", 3).withAccelerators(4).spec());
        for (int i = 0; i < 6; i++) {
            cluster.submit(large(Specs.job("large" + i, 1).withAccelerators(2).spec()));
        }

        cluster.cancel("first");
        cluster.agents.values().forEach(FakeAgent::finishStops);
        cluster.settle();

        for (int i = 0; i < 6; i++) {
            assertThat(cluster.phase("large" + i)).isEqualTo(JobPhase.RUNNING);
        }
        cluster.assertThatNothingIsMiscounted();
    }

    private static JobSpec large(JobSpec job) {
        List<String> command = List.of("train", "x".repeat(120_000), "y".repeat(120_000));
        Map<String, String> env = Map.of("A", "a".repeat(100_000), "B", "b".repeat(100_000));
        return new JobSpec(
                job.key(),
                job.queue(),
                job.priority(),
                job.gang(),
                job.topology(),
                job.walltime(),
                job.preemptible(),
                job.minRuntime(),
                job.checkpoint(),
                job.restart(),
                TemplateSpec.ofCommand(command, env));
    }
}
