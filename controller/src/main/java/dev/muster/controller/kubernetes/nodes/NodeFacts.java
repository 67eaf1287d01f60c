package dev.muster.controller.kubernetes.nodes;

import dev.muster.controller.state.NodeRecord;
import dev.muster.scheduler.job.JobLimits;
import dev.muster.scheduler.job.ResourceVector;
import io.fabric8.kubernetes.api.model.Taint;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** A node and what others hold on it, as the host that Muster may use. */
final class NodeFacts {

    /** Tells which of its resources a host's accelerators are; kept with its labels. */
    static final String RESOURCE_LABEL = "muster.dev/accelerator-resource";

    private static final int MOST_LABELS = 128;
    private static final String PODS = "pods";
    private static final String OUT_OF_SERVICE = "node.kubernetes.io/out-of-service";
    /** Each of these is seen by itself: as a cordon, as a kubelet that does not answer, as a fence. */
    private static final Set<String> TOLD_OTHERWISE = Set.of(
            "node.kubernetes.io/unschedulable", "node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable");

    private static final Set<String> KEEPS_AWAY = Set.of("NoSchedule", "NoExecute");
    private static final List<String> NEEDED_FIRST = List.of("muster.dev/", "topology.", "network.topology.", "node.");
    private static final List<String> NEEDED_LAST = List.of("feature.node.kubernetes.io/");

    private final NodeRules rules;
    private final AcceleratorTable accelerators;

    NodeFacts(NodeRules rules, AcceleratorTable accelerators) {
        this.rules = rules;
        this.accelerators = accelerators;
    }

    /** Without what an agent or an operator says of it. */
    NodeRecord of(NodeView node, OthersUse others) {
        SortedMap<String, Long> used = others.on(node.name());
        Optional<AcceleratorTable.Offer> offer = accelerators.offer(node.allocatable(), node.labels());
        SortedMap<String, String> labels = labels(node.labels());
        offer.ifPresent(found -> labels.put(RESOURCE_LABEL, found.resource()));
        ResourceVector capacity = capacity(node, used, offer);
        return new NodeRecord(
                node.name(),
                rules.place(node.name(), node.labels()).path(),
                capacity,
                offer.flatMap(AcceleratorTable.Offer::type),
                labels,
                List.of(),
                node.address(),
                node.bootId(),
                node.uid(),
                "kubelet " + node.kubelet(),
                NodeRecord.Intent.NONE,
                NodeRecord.Health.HEALTHY,
                closed(node, offer, others.podsOn(node.name())));
    }

    private static ResourceVector capacity(
            NodeView node, Map<String, Long> used, Optional<AcceleratorTable.Offer> offer) {
        long devices = offer.map(found -> left(node, used, found.resource())).orElse(0L);
        return ResourceVector.of(
                Math.min(JobLimits.MAX_ACCELERATORS_PER_HOST, devices),
                left(node, used, PodRequests.CPU),
                left(node, used, PodRequests.MEMORY));
    }

    private static long left(NodeView node, Map<String, Long> used, String resource) {
        return Math.max(0, node.allocatable().getOrDefault(resource, 0L) - used.getOrDefault(resource, 0L));
    }

    private Optional<String> closed(NodeView node, Optional<AcceleratorTable.Offer> offer, int othersPods) {
        if (node.deleting()) {
            return Optional.of("its Node object is being deleted");
        }
        if (node.unschedulable()) {
            return Optional.of("cordoned in Kubernetes");
        }
        return node.taints().stream()
                .filter(this::keepsAway)
                .findFirst()
                .map(taint -> "tainted in Kubernetes: " + words(taint))
                .or(() -> tooFewPods(node, offer, othersPods));
    }

    private boolean keepsAway(Taint taint) {
        return KEEPS_AWAY.contains(taint.getEffect())
                && !TOLD_OTHERWISE.contains(taint.getKey())
                && !accelerators.isAccelerator(taint.getKey())
                && rules.tolerations().stream().noneMatch(tolerated -> tolerated.covers(taint));
    }

    private static String words(Taint taint) {
        String value = taint.getValue() == null || taint.getValue().isEmpty() ? "" : "=" + taint.getValue();
        return taint.getKey() + value + ":" + taint.getEffect();
    }

    /** A gang may bring one pod for each accelerator, and the kubelet turns away what is above its number of pods. */
    private static Optional<String> tooFewPods(NodeView node, Optional<AcceleratorTable.Offer> offer, int othersPods) {
        Long most = node.allocatable().get(PODS);
        long wanted = Math.max(1, offer.map(AcceleratorTable.Offer::devices).orElse(0L));
        return most == null || most - othersPods >= wanted
                ? Optional.empty()
                : Optional.of("others run " + othersPods + " of the " + most + " pods that it takes");
    }

    /** Proof that nothing runs on a node that does not answer. */
    static Optional<String> fenced(NodeView node) {
        return node.taints().stream()
                .filter(taint -> OUT_OF_SERVICE.equals(taint.getKey()))
                .filter(taint -> node.notReady().isPresent())
                .findFirst()
                .map(taint -> "its Node is tainted " + OUT_OF_SERVICE + ", and its kubelet does not answer");
    }

    /** All of them up to a bound: those that place it in a fabric first, those that only describe its hardware last. */
    private static SortedMap<String, String> labels(Map<String, String> all) {
        List<String> names = new ArrayList<>(all.keySet());
        names.sort(Comparator.<String>comparingInt(NodeFacts::need).thenComparing(Comparator.naturalOrder()));
        SortedMap<String, String> kept = new TreeMap<>();
        names.stream().limit(MOST_LABELS).forEach(name -> kept.put(name, all.getOrDefault(name, "")));
        return kept;
    }

    private static int need(String label) {
        if (NEEDED_FIRST.stream().anyMatch(label::startsWith)) {
            return 0;
        }
        return NEEDED_LAST.stream().anyMatch(label::startsWith) ? 2 : 1;
    }
}
