package dev.muster.scheduler.document;

import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong with a document, so that a reader can name all of it at once; keeps the first hundred. */
public final class Problems {

    private static final int MAX_KEPT = 100;

    private final List<Problem> kept = new ArrayList<>();
    private int count;

    public void add(String field, int line, String message) {
        count++;
        if (kept.size() < MAX_KEPT) {
            kept.add(new Problem(field, message, line));
        }
    }

    public int count() {
        return count;
    }

    /** In the order found; when there are more than are kept, a last one says how many. */
    public List<Problem> list() {
        List<Problem> all = new ArrayList<>(kept);
        if (count > kept.size()) {
            all.add(new Problem(
                    "",
                    "and " + (count - kept.size()) + " more problems",
                    kept.get(kept.size() - 1).line()));
        }
        return List.copyOf(all);
    }
}
