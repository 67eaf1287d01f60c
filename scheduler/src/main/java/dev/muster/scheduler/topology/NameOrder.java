package dev.muster.scheduler.topology;

import java.util.Comparator;

/** The order of names that people expect: runs of digits compare as numbers, so that n9 comes before n10. */
public final class NameOrder implements Comparator<String> {

    public static final NameOrder INSTANCE = new NameOrder();

    private NameOrder() {}

    @Override
    public int compare(String left, String right) {
        int leftAt = 0;
        int rightAt = 0;
        while (leftAt < left.length() && rightAt < right.length()) {
            char leftCharacter = left.charAt(leftAt);
            char rightCharacter = right.charAt(rightAt);
            if (isDigit(leftCharacter) && isDigit(rightCharacter)) {
                int leftEnd = endOfDigits(left, leftAt);
                int rightEnd = endOfDigits(right, rightAt);
                int order = compareNumbers(left, leftAt, leftEnd, right, rightAt, rightEnd);
                if (order != 0) {
                    return order;
                }
                leftAt = leftEnd;
                rightAt = rightEnd;
            } else if (leftCharacter != rightCharacter) {
                return Character.compare(leftCharacter, rightCharacter);
            } else {
                leftAt++;
                rightAt++;
            }
        }
        int byLength = Integer.compare(left.length() - leftAt, right.length() - rightAt);
        return byLength != 0 ? byLength : left.compareTo(right);
    }

    private static int compareNumbers(String left, int leftFrom, int leftTo, String right, int rightFrom, int rightTo) {
        int leftStart = skipZeros(left, leftFrom, leftTo);
        int rightStart = skipZeros(right, rightFrom, rightTo);
        int byDigits = Integer.compare(leftTo - leftStart, rightTo - rightStart);
        if (byDigits != 0) {
            return byDigits;
        }
        for (int offset = 0; offset < leftTo - leftStart; offset++) {
            int order = Character.compare(left.charAt(leftStart + offset), right.charAt(rightStart + offset));
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    private static int skipZeros(String text, int from, int to) {
        int at = from;
        while (at < to - 1 && text.charAt(at) == '0') {
            at++;
        }
        return at;
    }

    private static int endOfDigits(String text, int from) {
        int at = from;
        while (at < text.length() && isDigit(text.charAt(at))) {
            at++;
        }
        return at;
    }

    private static boolean isDigit(char character) {
        return character >= '0' && character <= '9';
    }
}
