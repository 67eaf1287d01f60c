package dev.muster.controller.kubernetes.pods;

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
import java.util.TreeMap;

/** Jobs of these stories: some hosts of 2 accelerators each, one rank an accelerator. */
final class PodJobs {

    private PodJobs() {}

    static JobSpec job(String namespace, String name, int hosts) {
        return job(namespace, name, hosts, "app:1", Optional.empty(), Optional.empty());
    }

    static JobSpec withImage(String namespace, String name, String image) {
        return job(namespace, name, 1, image, Optional.empty(), Optional.empty());
    }

    static JobSpec thatSaves(String namespace, String name, int hosts, Duration grace) {
        CheckpointSpec checkpoint = new CheckpointSpec("/ckpt", Optional.of("SIGUSR1"), grace);
        return job(namespace, name, hosts, "app:1", Optional.of(checkpoint), Optional.empty());
    }

    static JobSpec job(
            String namespace,
            String name,
            int hosts,
            String image,
            Optional<CheckpointSpec> checkpoint,
            Optional<String> podJson) {
        return new JobSpec(
                new JobKey(namespace, name),
                JobSpec.DEFAULT_QUEUE,
                0,
                new GangSpec(
                        hosts,
                        hosts,
                        0,
                        ResourceVector.of(2, 4_000, 4L << 30),
                        Optional.empty(),
                        ProcessLayout.PER_ACCELERATOR),
                TopologySpec.ANYWHERE,
                Optional.empty(),
                true,
                Duration.ZERO,
                checkpoint,
                RestartSpec.DEFAULT,
                new TemplateSpec(
                        Optional.of(image),
                        List.of("train"),
                        Optional.empty(),
                        new TreeMap<>(Map.of("NCCL_DEBUG", "WARN")),
                        podJson));
    }
}
