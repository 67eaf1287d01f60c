package dev.muster.scheduler.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The counters of a cluster, one slot for each shape and view that somebody asked about.
 *
 * <p>Goals: how many hosts of a domain can take a pod of a shape is known at once, and stays right at a cost that depends on
 * the depth of the tree and the number of shapes, never on the number of hosts.
 *
 * <p>Constraints: at most {@value #SLOTS} slots; the one not asked for the longest gives way to a new one.
 *
 * <p>Algorithm: a host keeps one bit per slot, whether it has room. When something about the host changes, each slot's bit
 * is worked out again; where it flips, 1 is added or taken along the path to the root. With slices a domain passes on only
 * whole granules, so a change that does not complete or break one stops there.
 *
 * <p>Example: racks r1 and r2 have 5 and 3 free hosts and slices are of 4 within a rack. Then r1 has room for 4, r2 for 0, and
 * the cluster for 4. One host of r2 gets free: r2 goes from 3 to 4 hosts, its room from 0 to 4, the cluster's to 8.
 *
 * <p>Complexity: a change costs slots x (resources + depth). The first question about a shape costs one visit of each host.
 * The idea is that of segment trees; several counters side by side are this project's own.
 */
final class CapacityIndex {

    static final int SLOTS = 64;

    /** What a slot counts. */
    private record Key(GangShape shape, CapacityView view) {}

    private static final class Slot {
        private final Key key;
        private final long[] request;
        private final int[] granules;
        private long lastAsked;

        Slot(Key key, long[] request) {
            this.key = key;
            this.request = request;
            this.granules =
                    key.shape().granules().stream().mapToInt(Integer::intValue).toArray();
        }
    }

    private final ResourceAxes axes;
    private final ClusterDomain root;
    private final List<Slot> slots = new ArrayList<>();
    private long questions;

    CapacityIndex(ResourceAxes axes, ClusterDomain root) {
        this.axes = axes;
        this.root = root;
    }

    int size() {
        return slots.size();
    }

    /** The slot of a shape, counted first where it is new. */
    int slotOf(GangShape shape, CapacityView view) {
        questions++;
        Key key = new Key(shape, view);
        int oldest = 0;
        for (int slot = 0; slot < slots.size(); slot++) {
            if (slots.get(slot).key.equals(key)) {
                slots.get(slot).lastAsked = questions;
                return slot;
            }
            oldest = slots.get(slot).lastAsked < slots.get(oldest).lastAsked ? slot : oldest;
        }
        Slot fresh = new Slot(key, axes.amounts(shape.perHost()));
        fresh.lastAsked = questions;
        int slot = slots.size() < SLOTS ? slots.size() : oldest;
        if (slot == slots.size()) {
            slots.add(fresh);
            root.widen(slots.size());
        } else {
            slots.set(slot, fresh);
            root.clear(slot);
        }
        countAll(root, slot, fresh);
        return slot;
    }

    private static void countAll(ClusterDomain domain, int index, Slot slot) {
        for (ClusterDomain child : domain.children()) {
            countAll(child, index, slot);
        }
        for (ClusterHost host : domain.hosts()) {
            host.fits &= ~(1L << index);
            update(host, index, slot, hasRoom(host, slot));
        }
    }

    /** Brings all slots up to date after something about a host has changed. */
    void update(ClusterHost host) {
        for (int index = 0; index < slots.size(); index++) {
            update(host, index, slots.get(index), hasRoom(host, slots.get(index)));
        }
    }

    /** Counts a host that goes away as one without room. */
    void forget(ClusterHost host) {
        for (int index = 0; index < slots.size(); index++) {
            update(host, index, slots.get(index), false);
        }
    }

    private static void update(ClusterHost host, int index, Slot slot, boolean hasRoom) {
        long bit = 1L << index;
        boolean had = (host.fits & bit) != 0;
        if (had != hasRoom) {
            host.fits ^= bit;
            host.domain().changeRoom(index, hasRoom ? 1 : -1, slot.granules);
        }
    }

    private static boolean hasRoom(ClusterHost host, Slot slot) {
        CapacityView view = slot.key.view();
        if (host.isExcluded() && !view.ignoresExclusions()) {
            return false;
        }
        Optional<String> type = slot.key.shape().acceleratorType();
        return (type.isEmpty() || type.equals(host.spec().acceleratorType()))
                && host.hasRoom(slot.request, view.ignoresUse());
    }
}
