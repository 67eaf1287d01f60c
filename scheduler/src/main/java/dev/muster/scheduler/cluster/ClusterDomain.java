package dev.muster.scheduler.cluster;

import dev.muster.scheduler.topology.NameOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A domain of a {@link ClusterSnapshot}: the whole cluster, or what lies under one switch. It keeps counters of its hosts,
 * so that a question about it never visits them. Changed only by its snapshot.
 */
public final class ClusterDomain {

    static final Comparator<ClusterDomain> BY_NAME = (left, right) -> NameOrder.INSTANCE.compare(left.name, right.name);

    private final int id;
    private final String name;
    private final int depth;
    private final @Nullable ClusterDomain parent;
    private final List<ClusterDomain> children = new ArrayList<>();
    private final List<ClusterHost> hosts = new ArrayList<>();
    private final String path;

    private int hostCount;
    private int usedHosts;
    private int excludedHosts;

    ClusterDomain(int id, String name, @Nullable ClusterDomain parent) {
        this.id = id;
        this.name = name;
        this.parent = parent;
        this.depth = parent == null ? 0 : parent.depth + 1;
        this.path = parent == null || parent.path.isEmpty() ? name : parent.path + "/" + name;
    }

    /** Its place in arrays: below {@link ClusterSnapshot#domainIds}, and no other domain of the cluster has it now. */
    public int id() {
        return id;
    }

    public String name() {
        return name;
    }

    /** Names from the outermost level inwards, as {@code b1/r2}; empty for the whole cluster. */
    public String path() {
        return path;
    }

    @Nullable
    ClusterDomain parentOrNull() {
        return parent;
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

    /** The child of a name, made where there is none; its number is asked for only then. */
    ClusterDomain child(String childName, IntSupplier nextId) {
        int from = 0;
        int to = children.size() - 1;
        while (from <= to) {
            int middle = (from + to) >>> 1;
            int order = NameOrder.INSTANCE.compare(children.get(middle).name, childName);
            if (order == 0) {
                return children.get(middle);
            }
            from = order < 0 ? middle + 1 : from;
            to = order < 0 ? to : middle - 1;
        }
        ClusterDomain made = new ClusterDomain(nextId.getAsInt(), childName, this);
        children.add(from, made);
        return made;
    }

    void add(ClusterHost host) {
        int at = Collections.binarySearch(hosts, host, ClusterHost.BY_NAME);
        hosts.add(-at - 1, host);
        for (ClusterDomain domain = this; domain != null; domain = domain.parent) {
            domain.hostCount++;
        }
        count(host, 1);
    }

    /** Also removes the domains that have no hosts any more, and names them. */
    List<ClusterDomain> remove(ClusterHost host) {
        List<ClusterDomain> gone = new ArrayList<>();
        count(host, -1);
        hosts.remove(Collections.binarySearch(hosts, host, ClusterHost.BY_NAME));
        for (ClusterDomain domain = this; domain != null; domain = domain.parent) {
            domain.hostCount--;
            if (domain.hostCount == 0 && domain.parent != null) {
                domain.parent.children.remove(Collections.binarySearch(domain.parent.children, domain, BY_NAME));
                gone.add(domain);
            }
        }
        return gone;
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

    @Override
    public String toString() {
        return path.isEmpty() ? "the cluster" : path;
    }
}
