package dev.muster.scheduler.cluster;

import dev.muster.scheduler.job.ResourceVector;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * How many pods of one shape each host and each domain has room for.
 *
 * <p>The counters of a snapshot follow its changes; keep them no longer than for one decision, because their place is given away
 * when many other shapes are asked for. A {@link #fork} is private: it answers what would be if something ended or began, and
 * changes nothing else.
 *
 * <p>Complexity: a change of a host costs its resources and the depth of the tree; where whole slices swallow it, less. A fork
 * copies the counters: 4 bytes a host and 16 a domain.
 */
public final class RoomCounts {

    /** Counters of the largest cluster stay below 2^31. */
    static final int MOST_PODS_ON_A_HOST = Integer.MAX_VALUE / ClusterSpec.MAX_HOSTS;

    private final GangShape shape;
    private final CapacityView view;
    private final ResourceAxes axes;
    private final long[] request;
    /** By depth; the last one is that of hosts. */
    private final int[] granules;

    private int[] hostPods;
    private int[] pods;
    private int[] hosts;
    /** What the domains inside have in whole granules of theirs. */
    private int[] inner;

    private int[] room;
    /** Of a fork: what a host has in use there, where that differs from the cluster. */
    private final Map<ClusterHost, long[]> otherUse = new LinkedHashMap<>();

    private final Set<ClusterHost> opened = new LinkedHashSet<>();
    private final Set<ClusterHost> closed = new LinkedHashSet<>();

    RoomCounts(GangShape shape, CapacityView view, ResourceAxes axes, int hostIds, int domainIds) {
        this.shape = shape;
        this.view = view;
        this.axes = axes;
        this.request = axes.amounts(shape.perPod());
        this.granules = shape.granules().stream().mapToInt(Integer::intValue).toArray();
        this.hostPods = new int[hostIds];
        this.pods = new int[domainIds];
        this.hosts = new int[domainIds];
        this.inner = new int[domainIds];
        this.room = new int[domainIds];
    }

    private RoomCounts(RoomCounts other) {
        this.shape = other.shape;
        this.view = other.view;
        this.axes = other.axes;
        this.request = other.request;
        this.granules = other.granules;
        this.hostPods = other.hostPods.clone();
        this.pods = other.pods.clone();
        this.hosts = other.hosts.clone();
        this.inner = other.inner.clone();
        this.room = other.room.clone();
        opened.addAll(other.opened);
        closed.addAll(other.closed);
        other.otherUse.forEach((host, use) -> otherUse.put(host, use.clone()));
    }

    public GangShape shape() {
        return shape;
    }

    CapacityView view() {
        return view;
    }

    /** Pods that a domain has room for, whatever the slices. */
    public int pods(ClusterDomain domain) {
        return pods[domain.id()];
    }

    /** The most pods that a gang can take from a domain in whole slices. */
    public int room(ClusterDomain domain) {
        return room[domain.id()];
    }

    /** Hosts of a domain with room for a pod. */
    public int hosts(ClusterDomain domain) {
        return hosts[domain.id()];
    }

    /** Pods that a host has room for, whatever the slices. */
    public int pods(ClusterHost host) {
        return hostPods[host.id()];
    }

    /** The most pods that a gang can take from a host in whole slices. */
    public int room(ClusterHost host) {
        return whole(hostPods[host.id()], granules.length - 1);
    }

    /** Pods for which a host would have room if something else were taken into use on it. */
    public int podsBeside(ClusterHost host, ResourceVector other) {
        return hostPods[host.id()] == 0 ? 0 : count(host, used(host), axes.amounts(other));
    }

    /** Whether a host would have room for something else than the pods of the shape; only hosts that the shape accepts do. */
    public boolean hasRoomFor(ClusterHost host, ResourceVector other) {
        if (!isEligible(host)) {
            return false;
        }
        long[] wanted = axes.amounts(other);
        long[] use = used(host);
        for (int axis = 0; axis < wanted.length; axis++) {
            if (wanted[axis] > 0 && wanted[axis] > host.capacity(axis) - at(use, axis)) {
                return false;
            }
        }
        return true;
    }

    /** The most pods that a gang could take from a domain in whole slices if a host in it had room for so many. */
    public int roomIf(ClusterDomain domain, ClusterHost host, int podsThere) {
        int depth = granules.length - 1;
        int change = whole(podsThere, depth) - whole(hostPods[host.id()], depth);
        ClusterDomain at = host.domain();
        while (true) {
            int changed = whole(inner[at.id()] + change, at.depth());
            if (at.id() == domain.id() || at.parent().isEmpty()) {
                return changed;
            }
            change = changed - room[at.id()];
            at = at.parent().get();
        }
    }

    /** A copy that can be changed without changing the cluster. */
    public RoomCounts fork() {
        return new RoomCounts(this);
    }

    /** In a fork: something on a host has ended. */
    public void release(ClusterHost host, ResourceVector amounts) {
        change(host, axes.amounts(amounts), -1);
    }

    /** In a fork: something on a host has begun. */
    public void take(ClusterHost host, ResourceVector amounts) {
        change(host, axes.amounts(amounts), 1);
    }

    /** In a fork: nothing can be placed on a host any more, whatever ends there, until it is opened. */
    public void close(ClusterHost host) {
        closed.add(host);
        set(host, 0);
    }

    /** In a fork: a host takes new work, whatever excludes it now. */
    public void open(ClusterHost host) {
        closed.remove(host);
        opened.add(host);
        set(host, isEligible(host) ? count(host, used(host), NOTHING) : 0);
    }

    private void change(ClusterHost host, long[] amounts, int sign) {
        long[] use = otherUse.get(host);
        if (use == null || use.length < amounts.length) {
            use = Arrays.copyOf(used(host), Math.max(amounts.length, used(host).length));
            otherUse.put(host, use);
        }
        for (int axis = 0; axis < amounts.length; axis++) {
            use[axis] += sign * amounts[axis];
        }
        set(host, isEligible(host) ? count(host, use, NOTHING) : 0);
    }

    private static final long[] NOTHING = {};

    private long[] used(ClusterHost host) {
        if (view.ignoresUse()) {
            return NOTHING;
        }
        long[] use = otherUse.isEmpty() ? null : otherUse.get(host);
        return use == null ? host.used() : use;
    }

    private boolean isEligible(ClusterHost host) {
        return !closed.contains(host)
                && (view.ignoresExclusions() || !host.isExcluded() || opened.contains(host))
                && shape.accepts(host.spec());
    }

    private int count(ClusterHost host, long[] use, long[] beside) {
        long most = Math.min(MOST_PODS_ON_A_HOST, shape.podsPerHost());
        for (int axis = 0; axis < request.length; axis++) {
            long each = request[axis];
            if (each == 0) {
                continue;
            }
            long free = host.capacity(axis) - at(use, axis) - at(beside, axis);
            if (free < each) {
                return 0;
            }
            if (most > 1) {
                most = Math.min(most, free / each);
            }
        }
        return (int) most;
    }

    private static long at(long[] amounts, int axis) {
        return axis < amounts.length ? amounts[axis] : 0;
    }

    private int whole(int amount, int depth) {
        int granule = granules[depth];
        return granule == 1 ? amount : amount - amount % granule;
    }

    // ---- kept by the index

    void widen(int hostIds, int domainIds) {
        if (hostPods.length < hostIds) {
            hostPods = Arrays.copyOf(hostPods, hostIds);
        }
        if (pods.length < domainIds) {
            pods = Arrays.copyOf(pods, domainIds);
            hosts = Arrays.copyOf(hosts, domainIds);
            inner = Arrays.copyOf(inner, domainIds);
            room = Arrays.copyOf(room, domainIds);
        }
    }

    /** Counts a host anew. */
    void update(ClusterHost host) {
        set(host, isEligible(host) ? count(host, used(host), NOTHING) : 0);
    }

    /** Counts a host that goes away as one without room. */
    void forget(ClusterHost host) {
        set(host, 0);
    }

    private void set(ClusterHost host, int now) {
        int before = hostPods[host.id()];
        if (now == before) {
            return;
        }
        hostPods[host.id()] = now;
        int hostChange = Integer.signum(now) - Integer.signum(before);
        int pending = whole(now, granules.length - 1) - whole(before, granules.length - 1);
        for (ClusterDomain at = host.domain(); at != null; at = at.parentOrNull()) {
            int id = at.id();
            pods[id] += now - before;
            hosts[id] += hostChange;
            if (pending != 0) {
                inner[id] += pending;
                int changed = whole(inner[id], at.depth());
                pending = changed - room[id];
                room[id] = changed;
            }
        }
    }
}
