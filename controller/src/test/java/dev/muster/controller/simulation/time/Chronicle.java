package dev.muster.controller.simulation.time;

import java.util.ArrayDeque;
import java.util.stream.Collectors;

/** What happened last, for whoever must understand a failure; and a fingerprint of everything that ever happened. */
public final class Chronicle {

    private static final int LINES_KEPT = 60;

    private record Line(long nanos, String text) {
        @Override
        public String toString() {
            return String.format("%9.3f s  %s", nanos / 1e9, text);
        }
    }

    private final Timeline timeline;
    private final ArrayDeque<Line> lines = new ArrayDeque<>();
    private long fingerprint;

    public Chronicle(Timeline timeline) {
        this.timeline = timeline;
    }

    public void tell(String line) {
        if (lines.size() == LINES_KEPT) {
            lines.remove();
        }
        fingerprint = fingerprint * 31 + line.hashCode() + timeline.getAsLong();
        lines.add(new Line(timeline.getAsLong(), line));
    }

    public String lastLines() {
        return lines.stream().map(Line::toString).collect(Collectors.joining("\n"));
    }

    /** The same for two runs in which the same happened at the same times. */
    public long fingerprint() {
        return fingerprint;
    }
}
