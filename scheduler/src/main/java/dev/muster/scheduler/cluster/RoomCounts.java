package dev.muster.scheduler.cluster;

/**
 * The counters of one shape in one view. It follows the changes of its snapshot; keep it no longer than for one decision,
 * because its place is given away when many other shapes are asked for.
 */
public final class RoomCounts {

    private final int slot;

    RoomCounts(int slot) {
        this.slot = slot;
    }

    /** Hosts in a domain that have room for one pod. */
    public int hosts(ClusterDomain domain) {
        return domain.hostsWithRoom(slot);
    }

    /** The most hosts that a gang can take from a domain, in whole slices. */
    public int room(ClusterDomain domain) {
        return domain.room(slot);
    }

    /** Whether a host has room for one pod. */
    public boolean fits(ClusterHost host) {
        return (host.fits & (1L << slot)) != 0;
    }
}
