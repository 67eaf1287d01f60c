package dev.muster.controller.simulation.world;

import dev.muster.controller.simulation.fleet.TrainingProgram;
import dev.muster.controller.simulation.time.Chance;
import dev.muster.scheduler.job.CheckpointSpec;
import dev.muster.scheduler.job.GangSpec;
import dev.muster.scheduler.job.JobKey;
import dev.muster.scheduler.job.JobSpec;
import dev.muster.scheduler.job.ProcessLayout;
import dev.muster.scheduler.job.ResourceVector;
import dev.muster.scheduler.job.RestartSpec;
import dev.muster.scheduler.job.SliceSpec;
import dev.muster.scheduler.job.Spread;
import dev.muster.scheduler.job.TemplateSpec;
import dev.muster.scheduler.job.TopologySpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Jobs of every kind there is: large and small, elastic, sliced, with spares, walltimes and checkpoints. */
final class RandomJobs {

    private static final Duration HANG_AFTER = Duration.ofSeconds(60);

    private final Chance chance;

    RandomJobs(Chance chance) {
        this.chance = chance;
    }

    JobSpec spec(String name) {
        int hosts = 1 + chance.below(4);
        boolean sliced = hosts % 2 == 0 && chance.happens(0.25);
        boolean elastic = !sliced && hosts > 1 && chance.happens(0.25);
        RestartSpec usual = RestartSpec.DEFAULT;
        return new JobSpec(
                new JobKey("team", name),
                chance.oneOf(Shape.QUEUES_OF_JOBS),
                chance.below(3),
                new GangSpec(
                        hosts,
                        elastic ? chance.between(1, hosts) : hosts,
                        chance.happens(0.3) ? chance.between(1, 2) : 0,
                        ResourceVector.of(chance.oneOf(List.of(1, 2, 4, 4, 4)), 1_000, 1L << 30),
                        Optional.empty(),
                        chance.happens(0.5) ? ProcessLayout.PER_HOST : ProcessLayout.PER_ACCELERATOR),
                topology(sliced, hosts),
                perhaps(0.2, Duration.ofSeconds(chance.between(60, 300))),
                chance.happens(0.6),
                chance.happens(0.5) ? Duration.ofSeconds(20) : Duration.ZERO,
                perhaps(
                        0.6,
                        new CheckpointSpec(
                                "/ckpt", perhaps(0.8, "SIGUSR1"), Duration.ofSeconds(chance.between(2, 15)))),
                new RestartSpec(
                        usual.maxRestarts(),
                        usual.maxInfrastructureRestarts(),
                        usual.fuse(),
                        HANG_AFTER,
                        usual.startWithin(),
                        perhaps(0.5, Duration.ofSeconds(chance.between(15, 40)))),
                TemplateSpec.ofCommand(List.of("train"), Map.of()));
    }

    private TopologySpec topology(boolean sliced, int hosts) {
        return new TopologySpec(
                hosts <= Shape.HOSTS_PER_RACK ? perhaps(0.2, Shape.RACK) : Optional.empty(),
                perhaps(0.5, Shape.RACK),
                sliced ? List.of(new SliceSpec(2, Shape.RACK)) : List.of(),
                chance.happens(0.3) ? Spread.BALANCED : Spread.PACKED);
    }

    TrainingProgram program() {
        return new TrainingProgram(
                chance.between(5, 40),
                chance.between(500, 4_000),
                chance.between(2, 10),
                chance.happens(0.7) ? 0 : chance.oneOf(List.of(0.01, 0.3)),
                chance.happens(0.3),
                chance.happens(0.2),
                chance.happens(0.7),
                chance.happens(0.4));
    }

    private <T> Optional<T> perhaps(double probability, T value) {
        return chance.happens(probability) ? Optional.of(value) : Optional.empty();
    }
}
