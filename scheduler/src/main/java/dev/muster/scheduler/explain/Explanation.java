package dev.muster.scheduler.explain;

import java.util.List;

/**
 * A rejection with what would help.
 *
 * @param suggestions changes to the job with which it would start now, each tried out
 */
public record Explanation(Rejection rejection, List<String> suggestions) {

    public Explanation {
        suggestions = List.copyOf(suggestions);
    }
}
