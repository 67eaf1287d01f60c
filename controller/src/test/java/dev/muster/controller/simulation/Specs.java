package dev.muster.controller.simulation;

import dev.muster.scheduler.job.CheckpointSpec;
import dev.muster.scheduler.job.GangSpec;
import dev.muster.scheduler.job.JobKey;
import dev.muster.scheduler.job.JobSpec;
import dev.muster.scheduler.job.ProcessLayout;
import dev.muster.scheduler.job.ResourceVector;
import dev.muster.scheduler.job.RestartSpec;
import dev.muster.scheduler.job.TemplateSpec;
import dev.muster.scheduler.job.TopologySpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Jobs for stories; each takes whole hosts unless told otherwise. */
record Specs(
        String name,
        int hosts,
        int spares,
        int accelerators,
        Optional<Duration> walltime,
        Optional<Duration> isolation,
        Optional<CheckpointSpec> checkpoint) {

    static Specs job(String name, int hosts) {
        return new Specs(name, hosts, 0, 4, Optional.empty(), Optional.empty(), Optional.empty());
    }

    Specs withSpares(int count) {
        return new Specs(name, hosts, count, accelerators, walltime, isolation, checkpoint);
    }

    Specs withAccelerators(int count) {
        return new Specs(name, hosts, spares, count, walltime, isolation, checkpoint);
    }

    Specs withWalltime(Duration most) {
        return new Specs(name, hosts, spares, accelerators, Optional.of(most), isolation, checkpoint);
    }

    Specs withIsolation(Duration timeout) {
        return new Specs(name, hosts, spares, accelerators, walltime, Optional.of(timeout), checkpoint);
    }

    Specs thatSaves(Duration grace) {
        CheckpointSpec saves = new CheckpointSpec("/ckpt", Optional.of("SIGUSR1"), grace);
        return new Specs(name, hosts, spares, accelerators, walltime, isolation, Optional.of(saves));
    }

    JobSpec spec() {
        RestartSpec usual = RestartSpec.DEFAULT;
        return new JobSpec(
                new JobKey("team", name),
                JobSpec.DEFAULT_QUEUE,
                0,
                new GangSpec(
                        hosts,
                        hosts,
                        spares,
                        ResourceVector.of(accelerators, 1000, 1L << 30),
                        Optional.empty(),
                        ProcessLayout.PER_ACCELERATOR),
                TopologySpec.ANYWHERE,
                walltime,
                false,
                Duration.ZERO,
                checkpoint,
                new RestartSpec(usual.maxRestarts(), usual.fuse(), usual.hangAfter(), isolation),
                TemplateSpec.ofCommand(List.of("train"), Map.of()));
    }
}
