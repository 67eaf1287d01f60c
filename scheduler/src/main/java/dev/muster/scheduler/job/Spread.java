package dev.muster.scheduler.job;

/** Whether a gang fills domains one after the other, or takes an even part of each it must use. */
public enum Spread {
    PACKED,
    BALANCED
}
