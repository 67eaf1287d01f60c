package dev.muster.scheduler.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Names in Slurm's short form: {@code n1,n[02-04,9]} are n1, n02, n03, n04 and n9. */
final class HostList {

    /** Racks, chassis and slots make three; more than this is a mistake. */
    private static final int MOST_BRACKETS = 8;

    private HostList() {}

    /** The names; empty when the text is no list, or names more than the most. */
    static Optional<List<String>> expand(String list, int most) {
        List<String> names = new ArrayList<>();
        int depth = 0;
        int from = 0;
        for (int at = 0; at <= list.length(); at++) {
            char character = at == list.length() ? ',' : list.charAt(at);
            depth += character == '[' ? 1 : character == ']' ? -1 : 0;
            if (depth < 0 || depth > 1) {
                return Optional.empty();
            }
            if (character == ',' && depth == 0) {
                if (!item(list.substring(from, at), names, most)) {
                    return Optional.empty();
                }
                from = at + 1;
            }
        }
        return depth == 0 ? Optional.of(names) : Optional.empty();
    }

    private static boolean item(String item, List<String> names, int most) {
        if (item.isEmpty()) {
            return true;
        }
        int open = item.indexOf('[');
        if (item.chars().filter(character -> character == '[').count() > MOST_BRACKETS) {
            return false;
        }
        if (open < 0) {
            names.add(item);
            return names.size() <= most;
        }
        int close = item.indexOf(']', open);
        String rest = item.substring(close + 1);
        for (String range : item.substring(open + 1, close).split(",", -1)) {
            String[] ends = range.split("-", -1);
            if (ends.length > 2 || !range(item.substring(0, open), ends[0], ends[ends.length - 1], rest, names, most)) {
                return false;
            }
        }
        return true;
    }

    private static boolean range(String prefix, String first, String last, String rest, List<String> names, int most) {
        if (!first.matches("[0-9]{1,9}") || !last.matches("[0-9]{1,9}")) {
            return false;
        }
        int from = Integer.parseInt(first);
        int to = Integer.parseInt(last);
        if (to < from || names.size() + (long) to - from + 1 > most) {
            return false;
        }
        for (int number = from; number <= to; number++) {
            String digits = Integer.toString(number);
            String name = prefix + "0".repeat(Math.max(0, first.length() - digits.length())) + digits + rest;
            if (rest.indexOf('[') < 0) {
                names.add(name);
            } else if (!item(name, names, most)) {
                return false;
            }
        }
        return true;
    }
}
