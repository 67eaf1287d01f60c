package dev.muster.scheduler.cluster;

import java.util.ArrayList;
import java.util.List;

/**
 * The counters of a cluster, one {@link RoomCounts} for each shape and view that somebody asked about.
 *
 * <p>Goals: how many pods of a shape a domain can take is known at once, and stays right at a cost that depends on the depth of the
 * tree and the number of shapes, never on the number of hosts.
 *
 * <p>Constraints: at most {@value #MOST_COUNTERS} counters; the one not asked for the longest gives way to a new one.
 *
 * <p>Algorithm: when something about a host changes, its pods are counted anew for each shape whose view sees the change; the
 * difference is added along the path to the root. With slices a domain passes on only whole granules, so a change that does not
 * complete or break one stops there.
 *
 * <p>Example: racks r1 and r2 have 5 and 3 free hosts and slices are of 4 within a rack. Then r1 has room for 4, r2 for 0, and
 * the cluster for 4. One host of r2 gets free: r2 goes from 3 to 4 hosts, its room from 0 to 4, the cluster's to 8.
 *
 * <p>Complexity: a change costs shapes x (resources + depth). The first question about a shape costs one visit of each host.
 * The idea is that of segment trees; several counters side by side are this project's own.
 */
final class CapacityIndex {

    static final int MOST_COUNTERS = 256;

    private static final class Slot {
        private final RoomCounts counts;
        private long lastAsked;

        Slot(RoomCounts counts) {
            this.counts = counts;
        }
    }

    private final ResourceAxes axes;
    private final List<Slot> slots = new ArrayList<>();
    private long questions;

    CapacityIndex(ResourceAxes axes) {
        this.axes = axes;
    }

    /** The counters of a shape; where it is new, all hosts are counted first. */
    RoomCounts of(GangShape shape, CapacityView view, ClusterDomain root, int hostIds, int domainIds) {
        questions++;
        int oldest = 0;
        for (int index = 0; index < slots.size(); index++) {
            Slot slot = slots.get(index);
            if (slot.counts.view() == view && slot.counts.shape().equals(shape)) {
                slot.lastAsked = questions;
                return slot.counts;
            }
            oldest = slot.lastAsked < slots.get(oldest).lastAsked ? index : oldest;
        }
        Slot fresh = new Slot(new RoomCounts(shape, view, axes, hostIds, domainIds));
        fresh.lastAsked = questions;
        if (slots.size() < MOST_COUNTERS) {
            slots.add(fresh);
        } else {
            slots.set(oldest, fresh);
        }
        countAll(root, fresh.counts);
        return fresh.counts;
    }

    private static void countAll(ClusterDomain domain, RoomCounts counts) {
        for (ClusterDomain child : domain.children()) {
            countAll(child, counts);
        }
        for (ClusterHost host : domain.hosts()) {
            counts.update(host);
        }
    }

    void widen(int hostIds, int domainIds) {
        for (Slot slot : slots) {
            slot.counts.widen(hostIds, domainIds);
        }
    }

    /** What is in use on a host has changed. */
    void useChanged(ClusterHost host) {
        for (Slot slot : slots) {
            if (!slot.counts.view().ignoresUse()) {
                slot.counts.update(host);
            }
        }
    }

    /** A host is excluded, or not any more. */
    void exclusionChanged(ClusterHost host) {
        for (Slot slot : slots) {
            if (!slot.counts.view().ignoresExclusions()) {
                slot.counts.update(host);
            }
        }
    }

    /** A host has come, or has come back different. */
    void added(ClusterHost host) {
        for (Slot slot : slots) {
            slot.counts.update(host);
        }
    }

    /** A host goes away. */
    void forget(ClusterHost host) {
        for (Slot slot : slots) {
            slot.counts.forget(host);
        }
    }
}
