package dev.muster.scheduler.job;

/** Runs of {@code size} consecutive pods of a gang (in a job file: hosts) share one domain of level {@code within}. */
public record SliceSpec(int size, String within) {}
