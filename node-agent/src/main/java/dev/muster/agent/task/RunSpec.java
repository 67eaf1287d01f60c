package dev.muster.agent.task;

import java.util.List;
import java.util.Map;

/**
 * The ranks of one attempt that this host is to run.
 *
 * @param nodeRank this host's place in the gang, from 0
 * @param nodes hosts in the gang
 * @param firstRank the lowest rank on this host
 * @param ranks how many on this host
 * @param accelerators how many of this host's devices they get
 * @param topology as {@code z1/b1/r1/host}
 * @param workingDirectory empty or relative: within the run's own directory
 * @param checkpointDirectory empty: one of the job's own that survives attempts
 * @param isolationTimeoutMillis after being cut off for so long the run must be dead; 0: the controller's default
 */
public record RunSpec(
        RunKey key,
        String namespace,
        String name,
        int attempt,
        int nodeRank,
        int nodes,
        int firstRank,
        int ranks,
        int worldSize,
        int accelerators,
        String masterAddress,
        int masterPort,
        String topology,
        List<String> command,
        String workingDirectory,
        Map<String, String> environment,
        String checkpointDirectory,
        long isolationTimeoutMillis) {
    private static final int MAX_RANKS = 1024;

    public RunSpec {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
        if (ranks < 1 || ranks > MAX_RANKS) {
            throw new IllegalArgumentException(ranks + " ranks for one host; from 1 to " + MAX_RANKS + " are possible");
        }
        if (accelerators < 0 || firstRank < 0) {
            throw new IllegalArgumentException(
                    "accelerators " + accelerators + " and first rank " + firstRank + " must not be negative");
        }
    }
}
