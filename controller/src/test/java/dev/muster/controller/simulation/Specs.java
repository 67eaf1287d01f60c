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
        Optional<CheckpointSpec> checkpoint,
        String queue,
        int priority,
        boolean preemptible,
        Duration minRuntime) {

    static Specs job(String name, int hosts) {
        return new Specs(
                name,
                hosts,
                0,
                4,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                JobSpec.DEFAULT_QUEUE,
                0,
                false,
                Duration.ZERO);
    }

    Specs withSpares(int count) {
        return new Specs(
                name,
                hosts,
                count,
                accelerators,
                walltime,
                isolation,
                checkpoint,
                queue,
                priority,
                preemptible,
                minRuntime);
    }

    Specs withAccelerators(int count) {
        return new Specs(
                name, hosts, spares, count, walltime, isolation, checkpoint, queue, priority, preemptible, minRuntime);
    }

    Specs withWalltime(Duration most) {
        return new Specs(
                name,
                hosts,
                spares,
                accelerators,
                Optional.of(most),
                isolation,
                checkpoint,
                queue,
                priority,
                preemptible,
                minRuntime);
    }

    Specs withIsolation(Duration timeout) {
        return new Specs(
                name,
                hosts,
                spares,
                accelerators,
                walltime,
                Optional.of(timeout),
                checkpoint,
                queue,
                priority,
                preemptible,
                minRuntime);
    }

    Specs thatSaves(Duration grace) {
        CheckpointSpec saves = new CheckpointSpec("/ckpt", Optional.of("SIGUSR1"), grace);
        return new Specs(
                name,
                hosts,
                spares,
                accelerators,
                walltime,
                isolation,
                Optional.of(saves),
                queue,
                priority,
                preemptible,
                minRuntime);
    }

    Specs inQueue(String other) {
        return new Specs(
                name,
                hosts,
                spares,
                accelerators,
                walltime,
                isolation,
                checkpoint,
                other,
                priority,
                preemptible,
                minRuntime);
    }

    Specs withPriority(int other) {
        return new Specs(
                name,
                hosts,
                spares,
                accelerators,
                walltime,
                isolation,
                checkpoint,
                queue,
                other,
                preemptible,
                minRuntime);
    }

    /** Others may take its hosts once it has run so long. */
    Specs thatGivesWayAfter(Duration runtime) {
        return new Specs(
                name, hosts, spares, accelerators, walltime, isolation, checkpoint, queue, priority, true, runtime);
    }

    /** The job, content with fewer hosts. */
    JobSpec elastic(int minHosts) {
        JobSpec whole = spec();
        GangSpec gang = whole.gang();
        return new JobSpec(
                whole.key(),
                whole.queue(),
                whole.priority(),
                new GangSpec(
                        gang.hosts(),
                        minHosts,
                        gang.spares(),
                        gang.perHost(),
                        gang.acceleratorType(),
                        gang.processes()),
                whole.topology(),
                whole.walltime(),
                whole.preemptible(),
                whole.minRuntime(),
                whole.checkpoint(),
                whole.restart(),
                whole.template());
    }

    JobSpec spec() {
        RestartSpec usual = RestartSpec.DEFAULT;
        return new JobSpec(
                new JobKey("team", name),
                queue,
                priority,
                new GangSpec(
                        hosts,
                        hosts,
                        spares,
                        ResourceVector.of(accelerators, 1000, 1L << 30),
                        Optional.empty(),
                        ProcessLayout.PER_ACCELERATOR),
                TopologySpec.ANYWHERE,
                walltime,
                preemptible,
                minRuntime,
                checkpoint,
                new RestartSpec(
                        usual.maxRestarts(),
                        usual.maxInfrastructureRestarts(),
                        usual.fuse(),
                        usual.hangAfter(),
                        usual.startWithin(),
                        isolation),
                TemplateSpec.ofCommand(List.of("train"), Map.of()));
    }
}
