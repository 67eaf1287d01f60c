package dev.muster.controller.kubernetes.pods;

import java.time.Duration;

/**
 * @param parallelism calls to the API server on their way at a time
 * @param callTimeout after which a call counts as unanswered
 * @param sweepInterval how often is looked for what events missed
 * @param keptPods how many pods of jobs that have ended are kept for their output; the oldest go first
 * @param logStreams how many pods' outputs are read at a time
 */
public record PodSettings(int parallelism, Duration callTimeout, Duration sweepInterval, int keptPods, int logStreams) {

    public static final PodSettings DEFAULT =
            new PodSettings(32, Duration.ofSeconds(10), Duration.ofSeconds(30), 5_000, 64);

    public PodSettings {
        if (parallelism < 1 || keptPods < 0 || logStreams < 1) {
            throw new IllegalArgumentException("parallelism and log streams are at least 1, kept pods at least 0; got "
                    + parallelism + ", " + logStreams + ", " + keptPods);
        }
    }
}
