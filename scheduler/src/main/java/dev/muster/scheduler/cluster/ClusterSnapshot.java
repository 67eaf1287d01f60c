package dev.muster.scheduler.cluster;

import dev.muster.scheduler.job.ResourceVector;
import dev.muster.scheduler.topology.Levels;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The hosts of a cluster and what is free on them at one moment. It is changed in place, by one thread, and keeps its
 * counters as it goes ({@link CapacityIndex}); {@link Trial} takes changes back.
 */
public final class ClusterSnapshot {

    private final Levels levels;
    private final ResourceAxes axes = new ResourceAxes();
    private final Numbers domainNumbers = new Numbers();
    private final Numbers hostNumbers = new Numbers();
    private final ClusterDomain root = new ClusterDomain(domainNumbers.next(), "", null);
    private final CapacityIndex index = new CapacityIndex(axes);
    private final Map<String, ClusterHost> hosts = new LinkedHashMap<>();
    private ResourceVector capacity = ResourceVector.ZERO;
    private long version;

    /** An empty cluster with these levels, outermost first. */
    public ClusterSnapshot(List<String> levels) {
        this.levels = new Levels(levels);
    }

    public Levels levels() {
        return levels;
    }

    /** The whole cluster. */
    public ClusterDomain root() {
        return root;
    }

    /** Grows with each change: while it stays, every answer stays. */
    public long version() {
        return version;
    }

    public Optional<ClusterHost> host(String name) {
        return Optional.ofNullable(hosts.get(name));
    }

    /** In the order in which they were first put. */
    public Collection<ClusterHost> hosts() {
        return Collections.unmodifiableCollection(hosts.values());
    }

    /** The counters of a shape. The first question about one visits each host once. */
    public RoomCounts counts(GangShape shape, CapacityView view) {
        return index.of(shape, view, root, hostNumbers.bound(), domainNumbers.bound());
    }

    /** What all hosts have together, excluded or not. */
    public ResourceVector capacity() {
        return capacity;
    }

    /** What is free of a resource on a host; less than zero where more is in use than it has. */
    public long free(ClusterHost host, String resource) {
        return host.free(axes.axisOf(resource));
    }

    /** One more than the largest number of a host. */
    public int hostIds() {
        return hostNumbers.bound();
    }

    /** One more than the largest number of a domain. */
    public int domainIds() {
        return domainNumbers.bound();
    }

    /**
     * Adds a host, or describes a known one anew; what is in use on it and its exclusion stay.
     *
     * @throws IllegalArgumentException when its path does not have one name for each level
     */
    public void putHost(HostSpec spec) {
        if (spec.path().size() != levels.innermost()) {
            throw new IllegalArgumentException("host " + spec.name() + " has the path " + String.join("/", spec.path())
                    + "; give one name for each of the levels " + levels.names());
        }
        // Refuses one resource name too many before anything is changed.
        axes.amounts(spec.capacity());
        ClusterHost earlier = hosts.get(spec.name());
        capacity = capacity.plus(spec.capacity());
        if (earlier != null) {
            detach(earlier);
        }
        ClusterDomain domain = root;
        for (String name : spec.path()) {
            domain = domain.child(name, domainNumbers::next);
        }
        ClusterHost host = new ClusterHost(hostNumbers.next(), spec, domain, axes);
        if (earlier != null) {
            host.inherit(earlier);
        }
        hosts.put(spec.name(), host);
        domain.add(host);
        index.widen(hostNumbers.bound(), domainNumbers.bound());
        index.added(host);
        version++;
    }

    /**
     * Takes a host out of the cluster.
     *
     * @throws IllegalStateException when something is still in use on it: release that first
     */
    public void removeHost(String name) {
        ClusterHost host = known(name);
        if (host.isInUse()) {
            throw new IllegalStateException("host " + name + " is in use; release what it holds before it is removed");
        }
        detach(host);
        hosts.remove(name);
        version++;
    }

    private void detach(ClusterHost host) {
        index.forget(host);
        host.domain().remove(host).forEach(domain -> domainNumbers.free(domain.id()));
        hostNumbers.free(host.id());
        capacity = capacity.minus(host.spec().capacity());
    }

    /** Keeps new work off a host, or lets it on again. */
    public void exclude(String name, Optional<Exclusion> cause) {
        setExclusion(known(name), cause.orElse(null));
    }

    private void setExclusion(ClusterHost host, @Nullable Exclusion cause) {
        if (host.exclusion().equals(Optional.ofNullable(cause))) {
            return;
        }
        host.domain().count(host, -1);
        host.exclude(cause);
        host.domain().count(host, 1);
        index.exclusionChanged(host);
        version++;
    }

    /**
     * Takes resources of a host into use, one call for each pod.
     *
     * @throws IllegalStateException when they are not free
     */
    public void allocate(String name, ResourceVector request) {
        ClusterHost host = known(name);
        long[] amounts = axes.amounts(request);
        if (!host.hasRoom(amounts)) {
            throw new IllegalStateException("host " + name + " has no room for " + request.amounts());
        }
        take(host, amounts);
    }

    /** As {@link #allocate}, for what is known to run there already: also on a host that has since lost capacity. */
    public void restore(String name, ResourceVector request) {
        take(known(name), axes.amounts(request));
    }

    private void take(ClusterHost host, long[] amounts) {
        host.domain().count(host, -1);
        host.take(amounts);
        changed(host);
    }

    /**
     * Gives back what was taken into use, one call for each pod.
     *
     * @throws IllegalStateException when the host does not hold that much
     */
    public void release(String name, ResourceVector request) {
        ClusterHost host = known(name);
        host.domain().count(host, -1);
        try {
            host.give(axes.amounts(request));
        } finally {
            changed(host);
        }
    }

    private void changed(ClusterHost host) {
        host.domain().count(host, 1);
        index.useChanged(host);
        version++;
    }

    /** The hosts that a maintenance window open now covers. */
    public SortedSet<String> hostsUnder(Collection<MaintenanceWindow> active) {
        SortedSet<String> names = new TreeSet<>();
        if (active.isEmpty()) {
            return names;
        }
        for (ClusterHost host : hosts.values()) {
            if (active.stream().anyMatch(window -> window.covers(host.spec()))) {
                names.add(host.name());
            }
        }
        return names;
    }

    private ClusterHost known(String name) {
        ClusterHost host = hosts.get(name);
        if (host == null) {
            throw new IllegalArgumentException("host " + name + " is not in the cluster; put it first");
        }
        return host;
    }
}
