package dev.muster.controller.simulation.time;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** The wall clock of a machine: virtual time from some day on, until somebody sets it. */
public final class MachineClock implements InstantSource {

    private static final Instant BEGINNING = Instant.parse("2026-11-23T08:00:00Z");

    private final Timeline timeline;
    private Duration offset = Duration.ZERO;

    public MachineClock(Timeline timeline) {
        this.timeline = timeline;
    }

    /** Somebody sets the clock, forwards or back. */
    public void jump(Duration by) {
        offset = offset.plus(by);
    }

    @Override
    public Instant instant() {
        return BEGINNING.plus(offset).plus(timeline.now());
    }
}
