package dev.muster.scheduler.placement;

import dev.muster.scheduler.job.GangSpec;
import dev.muster.scheduler.job.JobSpec;
import dev.muster.scheduler.job.ResourceVector;
import dev.muster.scheduler.job.TopologySpec;
import java.util.Collection;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The pods that are wanted, all at once or not at all. A pod is what a gang puts on a host in one piece; the gang of a job
 * file has one pod on each of its hosts.
 *
 * @param pods as many as the gang would have at best, without leader and spares
 * @param minPods the least it starts with; equal to {@code pods} unless it is elastic
 * @param perPod what each pod and spare takes of its host
 * @param podsPerHost the most pods of the gang that may share a host; 1 when each is to have a host of its own
 * @param leader what one extra pod takes, which gets rank 0 and lies in the gang's required domain but in no slice
 * @param spares further pods held idle in the same required domain
 * @param sparesOptional whether fewer spares, as many as fit, will do
 * @param acceleratorType empty when any will do
 * @param nodeSelector labels that each host must have
 * @param avoidHosts hosts that are not to be used; names that are no hosts mean nothing
 */
public record GangRequest(
        int pods,
        int minPods,
        ResourceVector perPod,
        int podsPerHost,
        Optional<ResourceVector> leader,
        int spares,
        boolean sparesOptional,
        Optional<String> acceleratorType,
        SortedMap<String, String> nodeSelector,
        TopologySpec topology,
        SortedSet<String> avoidHosts) {

    /** For {@code podsPerHost}: as many as have room. */
    public static final int ANY_NUMBER = Integer.MAX_VALUE;

    public GangRequest {
        nodeSelector = nodeSelector.isEmpty()
                ? Collections.emptySortedMap()
                : Collections.unmodifiableSortedMap(new TreeMap<>(nodeSelector));
        avoidHosts = avoidHosts.isEmpty()
                ? Collections.emptySortedSet()
                : Collections.unmodifiableSortedSet(new TreeSet<>(avoidHosts));
    }

    /** So many pods that may share hosts, without further wishes. */
    public static GangRequest of(int pods, ResourceVector perPod) {
        return new GangRequest(
                pods,
                pods,
                perPod,
                ANY_NUMBER,
                Optional.empty(),
                0,
                false,
                Optional.empty(),
                Collections.emptySortedMap(),
                TopologySpec.ANYWHERE,
                Collections.emptySortedSet());
    }

    /** What a job file asks for: one pod a host; its spares are wanted as firmly as its hosts. */
    public static GangRequest of(JobSpec job) {
        GangSpec gang = job.gang();
        return new GangRequest(
                gang.hosts(),
                gang.minHosts(),
                gang.perHost(),
                1,
                Optional.empty(),
                gang.spares(),
                false,
                gang.acceleratorType(),
                Collections.emptySortedMap(),
                job.topology(),
                Collections.emptySortedSet());
    }

    /** The same with another number of pods. */
    public GangRequest withPods(int most, int least) {
        return new GangRequest(
                most,
                least,
                perPod,
                podsPerHost,
                leader,
                spares,
                sparesOptional,
                acceleratorType,
                nodeSelector,
                topology,
                avoidHosts);
    }

    /** The same with other pods. */
    public GangRequest withPerPod(ResourceVector other) {
        return new GangRequest(
                pods,
                minPods,
                other,
                podsPerHost,
                leader,
                spares,
                sparesOptional,
                acceleratorType,
                nodeSelector,
                topology,
                avoidHosts);
    }

    /** The same with at most so many pods on one host. */
    public GangRequest withPodsPerHost(int most) {
        return new GangRequest(
                pods,
                minPods,
                perPod,
                most,
                leader,
                spares,
                sparesOptional,
                acceleratorType,
                nodeSelector,
                topology,
                avoidHosts);
    }

    /** The same with a leader. */
    public GangRequest withLeader(Optional<ResourceVector> request) {
        return new GangRequest(
                pods,
                minPods,
                perPod,
                podsPerHost,
                request,
                spares,
                sparesOptional,
                acceleratorType,
                nodeSelector,
                topology,
                avoidHosts);
    }

    /** The same with another number of spares. */
    public GangRequest withSpares(int count, boolean optional) {
        return new GangRequest(
                pods,
                minPods,
                perPod,
                podsPerHost,
                leader,
                count,
                optional,
                acceleratorType,
                nodeSelector,
                topology,
                avoidHosts);
    }

    /** The same, near to each other in another way. */
    public GangRequest withTopology(TopologySpec other) {
        return new GangRequest(
                pods,
                minPods,
                perPod,
                podsPerHost,
                leader,
                spares,
                sparesOptional,
                acceleratorType,
                nodeSelector,
                other,
                avoidHosts);
    }

    /** The same on hosts with these labels. */
    public GangRequest withNodeSelector(SortedMap<String, String> labels) {
        return new GangRequest(
                pods,
                minPods,
                perPod,
                podsPerHost,
                leader,
                spares,
                sparesOptional,
                acceleratorType,
                labels,
                topology,
                avoidHosts);
    }

    /** The same with accelerators of any type. */
    public GangRequest withAnyAccelerator() {
        return new GangRequest(
                pods,
                minPods,
                perPod,
                podsPerHost,
                leader,
                spares,
                sparesOptional,
                Optional.empty(),
                nodeSelector,
                topology,
                avoidHosts);
    }

    /** The same, off these hosts. */
    public GangRequest avoiding(Collection<String> names) {
        return new GangRequest(
                pods,
                minPods,
                perPod,
                podsPerHost,
                leader,
                spares,
                sparesOptional,
                acceleratorType,
                nodeSelector,
                topology,
                new TreeSet<>(names));
    }

    /** Ranks of the whole gang, with its leader. */
    public int ranks() {
        return pods + (leader.isPresent() ? 1 : 0);
    }

    public boolean isElastic() {
        return minPods < pods;
    }

    /** The number that the pods of the gang must divide into: the outermost slice, or 1. */
    public int granule() {
        return topology.slices().isEmpty() ? 1 : topology.slices().get(0).size();
    }

    /** The pods and spares, without the leader, with which it starts at the least. */
    public int leastHeld() {
        return minPods + (sparesOptional ? 0 : spares);
    }

    /** What is held by so many pods, so many spares, and the leader where there is one. */
    public ResourceVector total(int podCount, int spareCount) {
        ResourceVector pieces = perPod.times((long) podCount + spareCount);
        return leader.map(pieces::plus).orElse(pieces);
    }

    /** The least that it holds when it runs: whole slices. */
    public ResourceVector leastTotal() {
        int granule = Math.max(1, granule());
        long whole = (minPods + granule - 1L) / granule * granule;
        return total((int) Math.max(minPods, Math.min(pods, whole)), sparesOptional ? 0 : spares);
    }
}
