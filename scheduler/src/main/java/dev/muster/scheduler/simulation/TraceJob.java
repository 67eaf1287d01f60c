package dev.muster.scheduler.simulation;

/**
 * A job of a trace.
 *
 * @param line on which it stands, from 1
 * @param id as the trace names it
 * @param submitSeconds since the trace's start
 * @param durationSeconds how long it runs when nothing stops it; at least 1
 * @param accelerators that it holds while it runs; at least 1
 * @param queue as the trace names it; empty when it does not say
 */
public record TraceJob(
        long line, String id, long submitSeconds, long durationSeconds, int accelerators, String queue) {}
