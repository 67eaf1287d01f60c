package dev.muster.controller.kubernetes.nodes;

import io.fabric8.kubernetes.api.model.Pod;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What pods that are not Muster's hold on each node. Each event costs the resources of one pod. A pod holds its node from the
 * moment it is bound until it has ended or its object is gone. As large as the number of such pods, which the API server bounds.
 */
final class OthersUse {

    /** On pods that Muster makes. */
    static final String OWN_LABEL = "muster.dev/job-uid";

    private static final Set<String> ENDED = Set.of("Succeeded", "Failed");

    private record Held(String node, SortedMap<String, Long> amounts) {}

    private static final class Total {
        private final SortedMap<String, Long> amounts = new TreeMap<>();
        private int pods;
    }

    private final Map<String, Held> byPod = new HashMap<>();
    private final Map<String, Total> byNode = new HashMap<>();

    /** A pod as it is now; answers the nodes on which something has changed. */
    Set<String> put(Pod pod) {
        String key = key(pod);
        boolean holds = pod.getSpec() != null
                && pod.getSpec().getNodeName() != null
                && !pod.getSpec().getNodeName().isEmpty()
                && (pod.getStatus() == null || !ENDED.contains(pod.getStatus().getPhase()))
                && !isOurs(pod);
        if (!holds) {
            return forget(key);
        }
        Held held = new Held(pod.getSpec().getNodeName(), PodRequests.of(pod));
        if (held.equals(byPod.get(key))) {
            return Set.of();
        }
        Set<String> changed = new TreeSet<>(forget(key));
        byPod.put(key, held);
        Total total = byNode.computeIfAbsent(held.node(), node -> new Total());
        PodRequests.add(total.amounts, held.amounts());
        total.pods++;
        changed.add(held.node());
        return changed;
    }

    /** A pod's object is gone. */
    Set<String> remove(Pod pod) {
        return forget(key(pod));
    }

    private Set<String> forget(String key) {
        Held held = byPod.remove(key);
        if (held == null) {
            return Set.of();
        }
        Total total = byNode.get(held.node());
        if (total != null) {
            held.amounts()
                    .forEach((name, amount) -> total.amounts.computeIfPresent(
                            name, (same, sum) -> sum - amount <= 0 ? null : sum - amount));
            total.pods--;
            if (total.pods == 0) {
                byNode.remove(held.node());
            }
        }
        return Set.of(held.node());
    }

    private static boolean isOurs(Pod pod) {
        Map<String, String> labels = pod.getMetadata().getLabels();
        return labels != null && labels.containsKey(OWN_LABEL);
    }

    private static String key(Pod pod) {
        return pod.getMetadata().getNamespace() + "/" + pod.getMetadata().getName();
    }

    SortedMap<String, Long> on(String node) {
        Total total = byNode.get(node);
        return total == null ? Collections.emptySortedMap() : Collections.unmodifiableSortedMap(total.amounts);
    }

    int podsOn(String node) {
        Total total = byNode.get(node);
        return total == null ? 0 : total.pods;
    }

    int pods() {
        return byPod.size();
    }
}
