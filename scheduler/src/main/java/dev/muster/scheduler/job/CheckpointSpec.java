package dev.muster.scheduler.job;

import java.time.Duration;
import java.util.Optional;

/**
 * Where a job saves its state and how it is asked to.
 *
 * @param directory absolute, or relative to the job's working directory; the same on every host
 * @param signal such as {@code SIGUSR1}: sent before a planned stop, to ask for a checkpoint
 * @param grace how long a planned stop waits for that checkpoint
 */
public record CheckpointSpec(String directory, Optional<String> signal, Duration grace) {

    public static final Duration DEFAULT_GRACE = Duration.ofSeconds(30);
}
