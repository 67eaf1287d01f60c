package dev.muster.scheduler.document;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/**
 * Finds the known name that somebody most likely meant: the one with the smallest edit distance (insertions, deletions,
 * replacements, swaps of neighbours; letter case does not count), if at most half of its letters differ.
 */
public final class NearestName {

    private static final int MAX_LENGTH = 64;

    private NearestName() {}

    public static Optional<String> of(String name, Collection<String> known) {
        if (name.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        String nearest = "";
        int nearestDistance = Integer.MAX_VALUE;
        for (String candidate : known) {
            int distance = distance(name.toLowerCase(Locale.ROOT), candidate.toLowerCase(Locale.ROOT));
            if (distance < nearestDistance && 2 * distance <= Math.max(candidate.length(), name.length())) {
                nearest = candidate;
                nearestDistance = distance;
            }
        }
        return nearest.isEmpty() ? Optional.empty() : Optional.of(nearest);
    }

    /** The optimal string alignment distance: each row needs the two before it. */
    static int distance(String left, String right) {
        int[] twoBefore = new int[right.length() + 1];
        int[] before = new int[right.length() + 1];
        for (int column = 0; column <= right.length(); column++) {
            before[column] = column;
        }
        for (int row = 1; row <= left.length(); row++) {
            int[] current = new int[right.length() + 1];
            current[0] = row;
            for (int column = 1; column <= right.length(); column++) {
                int replaced = before[column - 1] + (left.charAt(row - 1) == right.charAt(column - 1) ? 0 : 1);
                int best = Math.min(replaced, 1 + Math.min(before[column], current[column - 1]));
                if (isSwap(left, row, right, column)) {
                    best = Math.min(best, twoBefore[column - 2] + 1);
                }
                current[column] = best;
            }
            twoBefore = before;
            before = current;
        }
        return before[right.length()];
    }

    private static boolean isSwap(String left, int row, String right, int column) {
        return row > 1
                && column > 1
                && left.charAt(row - 1) == right.charAt(column - 2)
                && left.charAt(row - 2) == right.charAt(column - 1);
    }
}
