package dev.muster.scheduler.cluster;

import dev.muster.scheduler.job.ResourceVector;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What decides how many pods of a kind of gang a domain can take. Gangs of one shape share their counters.
 *
 * @param perPod what each pod takes of its host
 * @param podsPerHost the most pods on one host; at least 1
 * @param acceleratorType empty when any will do
 * @param labels that a host must have
 * @param granules by depth, 0 first, one for each domain depth and a last one for hosts: the pods that a gang takes from a domain of
 *     that depth are a multiple of it (slices); each is a multiple of the next
 */
public record GangShape(
        ResourceVector perPod,
        int podsPerHost,
        Optional<String> acceleratorType,
        SortedMap<String, String> labels,
        List<Integer> granules) {

    public GangShape {
        labels = labels.isEmpty()
                ? Collections.emptySortedMap()
                : Collections.unmodifiableSortedMap(new TreeMap<>(labels));
        granules = List.copyOf(granules);
    }

    /** The same on hosts with any labels. */
    public GangShape withAnyLabels() {
        return new GangShape(perPod, podsPerHost, acceleratorType, Collections.emptySortedMap(), granules);
    }

    /** The same on hosts with any labels and accelerators. */
    public GangShape withAnyKind() {
        return new GangShape(perPod, podsPerHost, Optional.empty(), Collections.emptySortedMap(), granules);
    }

    boolean accepts(HostSpec host) {
        if (acceleratorType.isPresent() && !acceleratorType.equals(host.acceleratorType())) {
            return false;
        }
        return labels.isEmpty() || host.labels().entrySet().containsAll(labels.entrySet());
    }
}
