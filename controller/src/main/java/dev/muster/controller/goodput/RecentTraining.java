package dev.muster.controller.goodput;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What is needed to say how much was trained in the last hour: now and then a mark of how things stood, in a bounded list.
 * How they stood between two marks is taken to lie between them.
 *
 * @param marks oldest first; the oldest is an hour old or older, where there is one that old
 */
public record RecentTraining(List<Mark> marks) {

    /** How far the ratio of the last hour looks back. */
    public static final Duration WINDOW = Duration.ofHours(1);

    static final Duration BETWEEN_MARKS = Duration.ofMinutes(5);

    /** The clock may be set back, so that marks come more often than they should. */
    private static final int MOST_MARKS = 20;

    public static final RecentTraining NONE = new RecentTraining(List.of());

    public RecentTraining {
        marks = List.copyOf(marks);
    }

    /**
     * How things stood at some moment, in accelerator milliseconds since the beginning.
     *
     * @param productive training
     * @param wanted allocated without spares, and queued while eligible
     */
    public record Mark(Instant at, long productive, long wanted) {

        static Mark of(GoodputReport report, Instant at) {
            return new Mark(at, report.buckets().amount(Bucket.PRODUCTIVE), report.wanted());
        }
    }

    /** What came to between two moments. */
    record Change(double productive, double wanted) {

        static final Change NOTHING = new Change(0, 0);

        Change plus(Change other) {
            return new Change(productive + other.productive, wanted + other.wanted);
        }
    }

    boolean isDue(Instant now) {
        return marks.isEmpty() || Duration.between(newest().at(), now).abs().compareTo(BETWEEN_MARKS) >= 0;
    }

    /** With one more mark. */
    RecentTraining with(GoodputReport report, Instant now) {
        List<Mark> kept = new ArrayList<>(marks);
        kept.add(Mark.of(report, now));
        Instant since = now.minus(WINDOW);
        while (kept.size() > MOST_MARKS || (kept.size() > 1 && !kept.get(1).at().isAfter(since))) {
            kept.remove(0);
        }
        return new RecentTraining(kept);
    }

    /** The change within the window, or since the first mark where that is later. */
    Change change(GoodputReport report, Instant now) {
        Mark present = Mark.of(report, now);
        Instant since = now.minus(WINDOW);
        Mark before = marks.isEmpty() ? present : marks.get(0);
        Mark after = present;
        for (int i = marks.size() - 1; i >= 0 && marks.get(i).at().isAfter(since); i--) {
            after = marks.get(i);
        }
        for (Mark mark : marks) {
            before = mark.at().isAfter(since) ? before : mark;
        }
        double share = share(before.at(), after.at(), since);
        // What was taken for training until it failed is taken back, so the change may seem to be below nothing.
        return new Change(
                Math.max(0, present.productive() - between(before.productive(), after.productive(), share)),
                Math.max(0, present.wanted() - between(before.wanted(), after.wanted(), share)));
    }

    private static double share(Instant from, Instant to, Instant at) {
        long whole = to.toEpochMilli() - from.toEpochMilli();
        long part = at.toEpochMilli() - from.toEpochMilli();
        return whole <= 0 || part <= 0 ? 0 : Math.min(1, (double) part / whole);
    }

    private static double between(long from, long to, double share) {
        return from + (to - from) * share;
    }

    private Mark newest() {
        return marks.get(marks.size() - 1);
    }
}
