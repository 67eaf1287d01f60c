package dev.muster.scheduler.placement;

import dev.muster.scheduler.job.GangSpec;
import dev.muster.scheduler.job.JobSpec;
import dev.muster.scheduler.job.ResourceVector;
import dev.muster.scheduler.job.TopologySpec;
import java.util.Collection;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The hosts that are wanted, all at once or not at all.
 *
 * @param hosts as many as the gang would have at best
 * @param minHosts the least it starts with; equal to {@code hosts} unless it is elastic
 * @param spares further hosts in the same required domain
 * @param sparesOptional whether fewer spares, as many as fit, will do
 * @param perHost what each host and spare must give
 * @param acceleratorType empty when any will do
 * @param avoidHosts hosts that are not to be used; names that are no hosts mean nothing
 */
public record GangRequest(
        int hosts,
        int minHosts,
        int spares,
        boolean sparesOptional,
        ResourceVector perHost,
        Optional<String> acceleratorType,
        TopologySpec topology,
        SortedSet<String> avoidHosts) {

    public GangRequest {
        avoidHosts = Collections.unmodifiableSortedSet(new TreeSet<>(avoidHosts));
    }

    /** What a job asks for; its spares are wanted as firmly as its hosts. */
    public static GangRequest of(JobSpec job) {
        GangSpec gang = job.gang();
        return new GangRequest(
                gang.hosts(),
                gang.minHosts(),
                gang.spares(),
                false,
                gang.perHost(),
                gang.acceleratorType(),
                job.topology(),
                Collections.emptySortedSet());
    }

    /** The same with another number of hosts. */
    public GangRequest withHosts(int most, int least) {
        return new GangRequest(most, least, spares, sparesOptional, perHost, acceleratorType, topology, avoidHosts);
    }

    /** The same with another number of spares. */
    public GangRequest withSpares(int count, boolean optional) {
        return new GangRequest(hosts, minHosts, count, optional, perHost, acceleratorType, topology, avoidHosts);
    }

    /** The same, near to each other in another way. */
    public GangRequest withTopology(TopologySpec other) {
        return new GangRequest(hosts, minHosts, spares, sparesOptional, perHost, acceleratorType, other, avoidHosts);
    }

    /** The same with accelerators of any type. */
    public GangRequest withAnyAccelerator() {
        return new GangRequest(
                hosts, minHosts, spares, sparesOptional, perHost, Optional.empty(), topology, avoidHosts);
    }

    /** The same, off these hosts. */
    public GangRequest avoiding(Collection<String> names) {
        return new GangRequest(
                hosts, minHosts, spares, sparesOptional, perHost, acceleratorType, topology, new TreeSet<>(names));
    }

    /** The number that the hosts of the gang must divide into: the outermost slice, or 1. */
    public int granule() {
        return topology.slices().isEmpty() ? 1 : topology.slices().get(0).hosts();
    }

    /** The hosts and spares without which it does not start. */
    public int leastHeld() {
        return minHosts + (sparesOptional ? 0 : spares);
    }
}
