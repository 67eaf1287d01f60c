package dev.muster.scheduler.cluster;

import dev.muster.scheduler.topology.NameOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A domain of a {@link ClusterSnapshot}: the whole cluster, or what lies under one switch. It keeps counters of its hosts,
 * so that a question about it never visits them. Changed only by its snapshot.
 */
public final class ClusterDomain {

    static final Comparator<ClusterDomain> BY_NAME = (left, right) -> NameOrder.INSTANCE.compare(left.name, right.name);

    private final String name;
    private final int depth;
    private final @Nullable ClusterDomain parent;
    private final List<ClusterDomain> children = new ArrayList<>();
    private final List<ClusterHost> hosts = new ArrayList<>();
    private final String path;

    private int hostCount;
    private int usedHosts;
    private int excludedHosts;
    /** By slot: hosts below that have room for one pod. */
    private int[] hostsWithRoom = {};
    /** By slot: the sum of {@link #room} of what lies directly below. */
    private int[] inner = {};
    /** By slot: how many hosts a gang can take from here, in whole granules. */
    private int[] room = {};

    ClusterDomain(String name, @Nullable ClusterDomain parent) {
        this.name = name;
        this.parent = parent;
        this.depth = parent == null ? 0 : parent.depth + 1;
        this.path = parent == null || parent.path.isEmpty() ? name : parent.path + "/" + name;
    }

    public String name() {
        return name;
    }

    /** Names from the outermost level inwards, as {@code b1/r2}; empty for the whole cluster. */
    public String path() {
        return path;
    }

    /** 0 for the whole cluster. */
    public int depth() {
        return depth;
    }

    public Optional<ClusterDomain> parent() {
        return Optional.ofNullable(parent);
    }

    /** In the order of their names. */
    public List<ClusterDomain> children() {
        return Collections.unmodifiableList(children);
    }

    /** In the order of their names; only innermost domains have hosts of their own. */
    public List<ClusterHost> hosts() {
        return Collections.unmodifiableList(hosts);
    }

    /** Hosts in here, at any depth. */
    public int hostCount() {
        return hostCount;
    }

    /** Hosts in here on which something runs or is held. */
    public int usedHosts() {
        return usedHosts;
    }

    public int excludedHosts() {
        return excludedHosts;
    }

    /** This domain or the one around it at a depth that is not deeper. */
    public ClusterDomain ancestor(int wantedDepth) {
        ClusterDomain at = this;
        while (at.depth > wantedDepth && at.parent != null) {
            at = at.parent;
        }
        return at;
    }

    /** Shows the domains of a depth in here, in the order of their names. */
    public void visit(int wantedDepth, Consumer<ClusterDomain> visitor) {
        if (depth == wantedDepth) {
            visitor.accept(this);
        } else {
            for (ClusterDomain child : children) {
                child.visit(wantedDepth, visitor);
            }
        }
    }

    int hostsWithRoom(int slot) {
        return hostsWithRoom[slot];
    }

    int room(int slot) {
        return room[slot];
    }

    ClusterDomain child(String childName, int slots) {
        ClusterDomain wanted = new ClusterDomain(childName, this);
        int at = Collections.binarySearch(children, wanted, BY_NAME);
        if (at >= 0) {
            return children.get(at);
        }
        wanted.widen(slots);
        children.add(-at - 1, wanted);
        return wanted;
    }

    void add(ClusterHost host) {
        int at = Collections.binarySearch(hosts, host, ClusterHost.BY_NAME);
        hosts.add(-at - 1, host);
        for (ClusterDomain domain = this; domain != null; domain = domain.parent) {
            domain.hostCount++;
        }
        count(host, 1);
    }

    /** Also removes the domains that have no hosts any more. */
    void remove(ClusterHost host) {
        count(host, -1);
        hosts.remove(Collections.binarySearch(hosts, host, ClusterHost.BY_NAME));
        for (ClusterDomain domain = this; domain != null; domain = domain.parent) {
            domain.hostCount--;
            if (domain.hostCount == 0 && domain.parent != null) {
                domain.parent.children.remove(Collections.binarySearch(domain.parent.children, domain, BY_NAME));
            }
        }
    }

    /** Counts a host's use and exclusion in or out. */
    void count(ClusterHost host, int sign) {
        int inUse = host.isInUse() ? sign : 0;
        int excluded = host.isExcluded() ? sign : 0;
        if (inUse == 0 && excluded == 0) {
            return;
        }
        for (ClusterDomain domain = this; domain != null; domain = domain.parent) {
            domain.usedHosts += inUse;
            domain.excludedHosts += excluded;
        }
    }

    /** Makes place for more slots. */
    void widen(int slots) {
        if (room.length < slots) {
            hostsWithRoom = Arrays.copyOf(hostsWithRoom, slots);
            inner = Arrays.copyOf(inner, slots);
            room = Arrays.copyOf(room, slots);
            children.forEach(child -> child.widen(slots));
        }
    }

    /** Sets a slot of this domain and all below back to zero. */
    void clear(int slot) {
        hostsWithRoom[slot] = 0;
        inner[slot] = 0;
        room[slot] = 0;
        children.forEach(child -> child.clear(slot));
    }

    /** One host of this innermost domain got room (1) or lost it (-1). Costs by depth, and less when granules swallow it. */
    void changeRoom(int slot, int change, int[] granules) {
        for (ClusterDomain domain = this; domain != null; domain = domain.parent) {
            domain.hostsWithRoom[slot] += change;
        }
        int pending = change;
        for (ClusterDomain domain = this; domain != null && pending != 0; domain = domain.parent) {
            domain.inner[slot] += pending;
            int whole = domain.inner[slot] - domain.inner[slot] % granules[domain.depth];
            pending = whole - domain.room[slot];
            domain.room[slot] = whole;
        }
    }

    @Override
    public String toString() {
        return path.isEmpty() ? "the cluster" : path;
    }
}
