package dev.muster.scheduler.job;

import java.time.Duration;
import java.util.Optional;

/**
 * A training job as its user asked for it. The values may still be wrong: {@link JobValidator} says what is.
 *
 * @param queue the queue whose share it uses
 * @param priority higher first
 * @param walltime the longest it may run in one attempt; past it the job is stopped and has failed
 * @param preemptible whether other jobs may take its hosts
 * @param minRuntime how long an attempt is safe from preemption
 */
public record JobSpec(
        JobKey key,
        String queue,
        int priority,
        GangSpec gang,
        TopologySpec topology,
        Optional<Duration> walltime,
        boolean preemptible,
        Duration minRuntime,
        Optional<CheckpointSpec> checkpoint,
        RestartSpec restart,
        TemplateSpec template) {

    public static final String DEFAULT_QUEUE = "default";
}
