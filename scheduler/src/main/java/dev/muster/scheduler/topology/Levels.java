package dev.muster.scheduler.topology;

import java.util.List;
import java.util.OptionalInt;

/**
 * The levels of a fabric, outermost first. Depth 0 is the whole cluster, depth 1 the first level, and so on; the hosts lie
 * one below the last level.
 */
public record Levels(List<String> names) {

    /** What a host is called as a level. */
    public static final String HOST = "host";

    public Levels {
        names = List.copyOf(names);
    }

    /** The depth of the innermost domains; 0 when the cluster is not divided. */
    public int innermost() {
        return names.size();
    }

    /** The depth of a level by its name; {@link #HOST} is the deepest; empty when there is no such level. */
    public OptionalInt depthOf(String level) {
        if (level.equals(HOST)) {
            return OptionalInt.of(names.size() + 1);
        }
        int index = names.indexOf(level);
        return index < 0 ? OptionalInt.empty() : OptionalInt.of(index + 1);
    }

    /** The name of a level; empty text for depth 0. */
    public String nameOf(int depth) {
        if (depth == 0) {
            return "";
        }
        return depth == names.size() + 1 ? HOST : names.get(depth - 1);
    }
}
