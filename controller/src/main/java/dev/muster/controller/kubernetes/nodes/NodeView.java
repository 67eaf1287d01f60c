package dev.muster.controller.kubernetes.nodes;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeAddress;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.NodeSpec;
import io.fabric8.kubernetes.api.model.NodeStatus;
import io.fabric8.kubernetes.api.model.NodeSystemInfo;
import io.fabric8.kubernetes.api.model.Taint;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What of a Node object matters here; images, volumes and the rest would fill the memory.
 *
 * @param notReady why it is not ready, in the kubelet's words; empty: it is
 * @param kubelet its version
 */
record NodeView(
        String name,
        String uid,
        Map<String, String> labels,
        SortedMap<String, Long> allocatable,
        List<Taint> taints,
        boolean unschedulable,
        boolean deleting,
        Optional<String> notReady,
        String bootId,
        String kubelet,
        String address) {

    private static final String READY = "Ready";

    static NodeView of(Node node) {
        NodeSpec spec = Optional.ofNullable(node.getSpec()).orElseGet(NodeSpec::new);
        NodeStatus status = Optional.ofNullable(node.getStatus()).orElseGet(NodeStatus::new);
        NodeSystemInfo info = Optional.ofNullable(status.getNodeInfo()).orElseGet(NodeSystemInfo::new);
        String name = node.getMetadata().getName();
        return new NodeView(
                name,
                text(node.getMetadata().getUid()),
                new TreeMap<>(
                        Optional.ofNullable(node.getMetadata().getLabels()).orElse(Map.of())),
                PodRequests.allocatable(status.getAllocatable()),
                List.copyOf(spec.getTaints()),
                Boolean.TRUE.equals(spec.getUnschedulable()),
                node.getMetadata().getDeletionTimestamp() != null,
                notReady(status),
                text(info.getBootID()),
                text(info.getKubeletVersion()),
                address(status, name));
    }

    private static String text(@Nullable String given) {
        return given == null ? "" : given;
    }

    private static Optional<String> notReady(NodeStatus status) {
        for (NodeCondition condition : status.getConditions()) {
            if (READY.equals(condition.getType())) {
                return "True".equals(condition.getStatus())
                        ? Optional.empty()
                        : Optional.of("its kubelet is not ready: " + words(condition));
            }
        }
        return Optional.of("its kubelet has not reported yet");
    }

    private static String words(NodeCondition condition) {
        String message = text(condition.getMessage());
        return message.isEmpty() ? text(condition.getReason()) : message;
    }

    private static String address(NodeStatus status, String name) {
        for (String kind : List.of("InternalIP", "Hostname")) {
            for (NodeAddress address : status.getAddresses()) {
                if (kind.equals(address.getType())) {
                    return address.getAddress();
                }
            }
        }
        return name;
    }
}
