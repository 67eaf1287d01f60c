package dev.muster.scheduler.cluster;

import dev.muster.scheduler.job.ResourceVector;
import dev.muster.scheduler.topology.NameOrder;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A host of a {@link ClusterSnapshot}, with what is in use on it. Changed only by its snapshot. */
public final class ClusterHost {

    /**
     * Hosts on which a pod does the least harm first: those in use before those that are whole, then those with the least
     * room (accelerators, then cpus, then memory, then the rest), then by name.
     */
    public static final Comparator<ClusterHost> LEAST_HARM = ClusterHost::compareHarm;

    /** By name, as people order names. */
    public static final Comparator<ClusterHost> BY_NAME =
            (left, right) -> NameOrder.INSTANCE.compare(left.spec.name(), right.spec.name());

    private final int id;
    private final HostSpec spec;
    private final ClusterDomain domain;
    private final ResourceAxes axes;
    private final long[] capacity;
    private long[] used = {};
    private int allocations;
    private @Nullable Exclusion exclusion;

    ClusterHost(int id, HostSpec spec, ClusterDomain domain, ResourceAxes axes) {
        this.id = id;
        this.axes = axes;
        this.spec = spec;
        this.domain = domain;
        this.capacity = axes.amounts(spec.capacity());
    }

    public HostSpec spec() {
        return spec;
    }

    public String name() {
        return spec.name();
    }

    /** The innermost domain that it lies in. */
    public ClusterDomain domain() {
        return domain;
    }

    public Optional<Exclusion> exclusion() {
        return Optional.ofNullable(exclusion);
    }

    /** Whether anything runs here or is held here. */
    public boolean isInUse() {
        return allocations > 0;
    }

    /** What is free of the resources that a vector names. */
    public ResourceVector free(ResourceVector named) {
        TreeMap<String, Long> free = new TreeMap<>();
        for (String resource : named.amounts().keySet()) {
            free.put(resource, Math.max(0, spec.capacity().amount(resource) - usedOf(resource)));
        }
        return new ResourceVector(free);
    }

    /** Whether more is in use than there is: somebody was promised what another still holds, or the host has shrunk. */
    public boolean isOverbooked() {
        for (int axis = 0; axis < used.length; axis++) {
            if (used[axis] > at(capacity, axis)) {
                return true;
            }
        }
        return false;
    }

    private long usedOf(String resource) {
        int axis = axes.axis(resource);
        return axis < used.length ? used[axis] : 0;
    }

    boolean isExcluded() {
        return exclusion != null;
    }

    void exclude(@Nullable Exclusion cause) {
        exclusion = cause;
    }

    /** Takes over what the same host had in use before its description changed. */
    void inherit(ClusterHost earlier) {
        used = earlier.used;
        allocations = earlier.allocations;
        exclusion = earlier.exclusion;
    }

    /** Its place in arrays: below {@link ClusterSnapshot#hostIds}, and no other host of the cluster has it now. */
    public int id() {
        return id;
    }

    long capacity(int axis) {
        return at(capacity, axis);
    }

    /** What is in use, by axis; axes past the end are zero. Not to be changed. */
    long[] used() {
        return used;
    }

    /** Of what is overbooked it may ask for nothing. */
    boolean hasRoom(long[] request) {
        for (int axis = 0; axis < request.length; axis++) {
            if (request[axis] > 0 && request[axis] > free(axis)) {
                return false;
            }
        }
        return true;
    }

    void take(long[] request) {
        if (used.length < request.length) {
            used = Arrays.copyOf(used, request.length);
        }
        for (int axis = 0; axis < request.length; axis++) {
            used[axis] = Math.addExact(used[axis], request[axis]);
        }
        allocations++;
    }

    /** @throws IllegalStateException when that much is not in use */
    void give(long[] request) {
        for (int axis = 0; axis < request.length; axis++) {
            if (request[axis] > at(used, axis)) {
                throw new IllegalStateException("host " + name() + " does not hold what is released");
            }
        }
        if (allocations == 0) {
            throw new IllegalStateException("host " + name() + " holds nothing that could be released");
        }
        for (int axis = 0; axis < request.length; axis++) {
            used[axis] -= request[axis];
        }
        allocations--;
    }

    long free(int axis) {
        return at(capacity, axis) - at(used, axis);
    }

    private static int compareHarm(ClusterHost left, ClusterHost right) {
        if (left.isInUse() != right.isInUse()) {
            return left.isInUse() ? -1 : 1;
        }
        int axes = Math.max(left.capacity.length, right.capacity.length);
        for (int axis = 0; axis < axes; axis++) {
            int order = Long.compare(left.free(axis), right.free(axis));
            if (order != 0) {
                return order;
            }
        }
        return BY_NAME.compare(left, right);
    }

    private static long at(long[] amounts, int axis) {
        return axis < amounts.length ? amounts[axis] : 0;
    }

    @Override
    public String toString() {
        return spec.name();
    }
}
