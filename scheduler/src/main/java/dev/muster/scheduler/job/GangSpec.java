package dev.muster.scheduler.job;

import java.util.Optional;

/**
 * The hosts a job needs, all at once or not at all.
 *
 * @param hosts hosts in the gang, each a different one
 * @param minHosts the least it can train with; equal to {@code hosts} unless the gang is elastic
 * @param spares further hosts held idle beside the gang, to take the place of a host that dies
 * @param perHost what each of them must give
 * @param acceleratorType such as {@code nvidia-h100}; empty when any will do
 */
public record GangSpec(
        int hosts,
        int minHosts,
        int spares,
        ResourceVector perHost,
        Optional<String> acceleratorType,
        ProcessLayout processes) {

    /** How many ranks run on each host. */
    public int ranksPerHost() {
        return switch (processes) {
            case PER_ACCELERATOR -> (int) Math.max(1, perHost.amount(ResourceVector.ACCELERATORS));
            case PER_HOST -> 1;
        };
    }
}
