package dev.muster.scheduler.cluster;

import dev.muster.scheduler.job.ResourceVector;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A host and what it can give.
 *
 * @param path the domains it lies in, outermost first: one name per level of the cluster
 * @param acceleratorType such as {@code nvidia-h100}; empty when it has no accelerators or nobody said
 */
public record HostSpec(
        String name,
        List<String> path,
        ResourceVector capacity,
        Optional<String> acceleratorType,
        SortedMap<String, String> labels) {

    public HostSpec {
        path = List.copyOf(path);
        labels = labels.isEmpty()
                ? Collections.emptySortedMap()
                : Collections.unmodifiableSortedMap(new TreeMap<>(labels));
    }

    public static HostSpec of(String name, List<String> path, ResourceVector capacity) {
        return new HostSpec(name, path, capacity, Optional.empty(), Collections.emptySortedMap());
    }
}
