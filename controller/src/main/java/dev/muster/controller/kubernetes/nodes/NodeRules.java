package dev.muster.controller.kubernetes.nodes;

import dev.muster.controller.state.NodeRecord;
import io.fabric8.kubernetes.api.model.Taint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which nodes are Muster's and where each lies in the fabric, as the ClusterTopology says.
 *
 * @param levels outermost first
 * @param nodeSelector labels that a node of Muster's must have; empty: every node is
 * @param tolerations taints that keep no job away
 */
public record NodeRules(List<LevelLabels> levels, Map<String, String> nodeSelector, List<Tolerated> tolerations) {

    private static final String NVIDIA = "network.topology.nvidia.com/";
    private static final String UNLABELLED = "-unlabelled";

    /** What holds without a ClusterTopology. */
    public static final NodeRules DEFAULT = new NodeRules(
            List.of(LevelLabels.wellKnown("zone"), LevelLabels.wellKnown("block"), LevelLabels.wellKnown("rack")),
            Map.of(),
            List.of());

    public NodeRules {
        levels = List.copyOf(levels);
        nodeSelector = Map.copyOf(nodeSelector);
        tolerations = List.copyOf(tolerations);
    }

    /** A level and the node labels that may name a domain of it; the first that a node has counts. */
    public record LevelLabels(String level, List<String> labels) {

        public LevelLabels {
            labels = List.copyOf(labels);
        }

        /** The labels that clouds, NVIDIA's topology tools and Muster itself use for a level of this name. */
        public static LevelLabels wellKnown(String level) {
            List<String> labels = switch (level) {
                case "zone", "region" -> List.of("topology.kubernetes.io/" + level);
                case "block" -> List.of("muster.dev/block", NVIDIA + "spine");
                case "rack" -> List.of("muster.dev/rack", NVIDIA + "leaf");
                case "accelerator", "leaf", "spine", "core" -> List.of("muster.dev/" + level, NVIDIA + level);
                default -> List.of("muster.dev/" + level);
            };
            return new LevelLabels(level, labels);
        }
    }

    /** A taint that keeps nobody away; an absent part matches every value of it. */
    public record Tolerated(Optional<String> key, Optional<String> value, Optional<String> effect) {

        boolean covers(Taint taint) {
            return key.map(name -> name.equals(taint.getKey())).orElse(true)
                    && value.map(text -> text.equals(
                                    Optional.ofNullable(taint.getValue()).orElse("")))
                            .orElse(true)
                    && effect.map(name -> name.equals(taint.getEffect())).orElse(true);
        }
    }

    /** A place in the fabric, and the levels for which the node has no label. */
    record Place(List<String> path, List<String> unlabelled) {}

    List<String> levelNames() {
        return levels.stream().map(LevelLabels::level).toList();
    }

    boolean selects(Map<String, String> labels) {
        return nodeSelector.entrySet().stream()
                .allMatch(wanted -> wanted.getValue().equals(labels.get(wanted.getKey())));
    }

    /** Without a label of a level a node is in a domain of its own there: it is never taken for close to anything. */
    Place place(String node, Map<String, String> labels) {
        List<String> path = new ArrayList<>(levels.size());
        List<String> unlabelled = new ArrayList<>();
        for (LevelLabels level : levels) {
            Optional<String> domain = level.labels().stream()
                    .flatMap(label -> Optional.ofNullable(labels.get(label)).stream())
                    .filter(value -> !value.isEmpty())
                    .findFirst();
            if (domain.isEmpty()) {
                unlabelled.add(level.level());
            }
            path.add(domain.orElse(node + UNLABELLED));
        }
        return new Place(path, unlabelled);
    }

    /**
     * A stored host at its place by these rules, whatever the levels were when it was stored: for a leader that takes up its
     * state after the topology has changed. Places of attempts stay as they were; they only say where ranks began.
     */
    public NodeRecord placed(NodeRecord stored) {
        return stored.at(place(stored.name(), stored.labels()).path());
    }
}
