package dev.muster.scheduler.job;

/** How many processes a host runs: one per accelerator, or one that starts its own (torchrun and the like). */
public enum ProcessLayout {
    PER_ACCELERATOR,
    PER_HOST
}
