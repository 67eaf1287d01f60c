package dev.muster.scheduler.placement;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A gang that has lost pods. Every survivor stays; each lost rank gets a spare first and else a free host that its topology allows:
 * inside the innermost slice of which something is left, else inside the next one around it, else inside the required domain.
 *
 * <p>While asking, survivors and spares still hold their room in the snapshot and lost pods do not, and lost hosts are excluded or to
 * be avoided. Of the answer, pods that are not survivors and not among the spares take room that is free: the caller takes it, and
 * releases what the answer does not name.
 *
 * @param request what the gang asked for
 * @param survivors by rank: the hosts of the pods that stay. The leader of a gang that has one is rank 0
 * @param spares hosts of its spare pods that may be used
 */
public record Repair(GangRequest request, SortedMap<Integer, String> survivors, List<String> spares) {

    public Repair {
        survivors = Collections.unmodifiableSortedMap(new TreeMap<>(survivors));
        spares = List.copyOf(spares);
    }

    /** Ranks of a whole gang, with its leader. */
    public int ranks() {
        return request.ranks();
    }

    int leaders() {
        return request.leader().isPresent() ? 1 : 0;
    }
}
