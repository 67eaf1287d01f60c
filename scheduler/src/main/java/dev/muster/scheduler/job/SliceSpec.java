package dev.muster.scheduler.job;

/** Runs of {@code hosts} consecutive hosts of a gang share one domain of level {@code within}. */
public record SliceSpec(int hosts, String within) {}
