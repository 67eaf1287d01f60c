package dev.muster.controller.kubernetes.nodes;

import dev.muster.controller.kubernetes.api.ClusterTopologySpec;
import dev.muster.controller.kubernetes.api.ClusterTopologySpec.Level;
import dev.muster.controller.kubernetes.api.ClusterTopologySpec.Operator;
import dev.muster.controller.kubernetes.api.ClusterTopologySpec.Toleration;
import dev.muster.controller.kubernetes.api.QueueSpec;
import dev.muster.controller.kubernetes.nodes.NodeRules.LevelLabels;
import dev.muster.controller.kubernetes.nodes.NodeRules.Tolerated;
import dev.muster.scheduler.cluster.ClusterFile;
import dev.muster.scheduler.cluster.ClusterSpec;
import dev.muster.scheduler.job.Reading;
import dev.muster.scheduler.job.Violation;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads Queue and ClusterTopology objects as one cluster file, so that there is one set of rules.
 *
 * <p>An object that is blamed for a problem is replaced by its last accepted version, and left out when that is blamed too or there
 * is none; the others count as they are. Each step takes a version away from at least one object, so that it ends.
 *
 * <p>Example: queue {@code a} is deleted while {@code b} lies under it. {@code b} is blamed for its parent, as before too, so it is left
 * out and says why; its jobs wait.
 */
final class ShapeReader {

    private static final Pattern OF_QUEUE = Pattern.compile("queues\\[(\\d+)\\].*");
    private static final String TOPOLOGY = "";

    private final KubernetesSerialization json = new KubernetesSerialization();
    private final SortedMap<String, QueueSpec> acceptedQueues = new TreeMap<>();
    private Optional<ClusterTopologySpec> acceptedTopology = Optional.empty();

    /** What became of one object; the problem is empty when it counts as it is. */
    record Verdict(Optional<String> problem) {}

    /** The shape, and a verdict for each object that was read. */
    record Outcome(ClusterShape shape, SortedMap<String, Verdict> queues, Verdict topology) {}

    /** One attempt: for each object the version that is tried. */
    private final class Draft {
        private final SortedMap<String, QueueSpec> queues;
        private Optional<ClusterTopologySpec> topology;
        private final Map<String, String> problems = new TreeMap<>();

        private Draft(SortedMap<String, QueueSpec> queues, Optional<ClusterTopologySpec> topology) {
            this.queues = new TreeMap<>(queues);
            this.topology = topology;
        }

        private Reading<ClusterSpec> read() {
            Map<String, Object> file = new LinkedHashMap<>();
            file.put("apiVersion", ClusterFile.API_VERSION);
            file.put("kind", ClusterFile.KIND);
            file.put("levels", rules(topology).levelNames());
            List<Map<String, Object>> entries = new ArrayList<>();
            queues.forEach((name, spec) -> {
                Map<String, Object> entry = new LinkedHashMap<>(fields(spec));
                entry.put("name", name);
                entries.add(entry);
            });
            file.put("queues", entries);
            topology.map(ShapeReader.this::fields).ifPresent(fields -> {
                copy("policy", fields, file);
                copy("maintenance", fields, file);
            });
            return ClusterFile.read(json.asJson(file).getBytes(StandardCharsets.UTF_8));
        }

        private void demote(List<Violation> violations) {
            List<String> names = List.copyOf(queues.keySet());
            Map<String, String> blamed = new LinkedHashMap<>();
            for (Violation violation : violations) {
                Matcher queue = OF_QUEUE.matcher(violation.field());
                String object = queue.matches() ? names.get(Integer.parseInt(queue.group(1))) : TOPOLOGY;
                blamed.putIfAbsent(object, violation.field() + ": " + violation.message());
            }
            blamed.forEach((object, problem) -> {
                String first = problems.putIfAbsent(object, problem.replaceFirst("^queues\\[\\d+\\]\\.?", "spec."));
                if (object.equals(TOPOLOGY)) {
                    topology = first == null ? acceptedTopology : Optional.empty();
                } else {
                    QueueSpec before = first == null ? acceptedQueues.get(object) : null;
                    if (before == null) {
                        queues.remove(object);
                    } else {
                        queues.put(object, before);
                    }
                }
            });
        }

        private Verdict verdict(String object, boolean isUsed) {
            return new Verdict(Optional.ofNullable(problems.get(object))
                    .map(problem ->
                            problem + (isUsed ? "; the version accepted last stays in use" : "; it is not in use")));
        }
    }

    Outcome read(SortedMap<String, QueueSpec> queues, Optional<ClusterTopologySpec> topology) {
        Draft draft = new Draft(queues, topology);
        Reading<ClusterSpec> reading = draft.read();
        for (int step = 0; !reading.isSound(); step++) {
            if (step > 2 * queues.size() + 2) {
                throw new IllegalStateException("no cluster can be read without every object: " + reading.violations());
            }
            draft.demote(reading.violations());
            reading = draft.read();
        }
        acceptedQueues.clear();
        acceptedQueues.putAll(draft.queues);
        acceptedTopology = draft.topology;
        SortedMap<String, Verdict> verdicts = new TreeMap<>();
        queues.keySet().forEach(name -> verdicts.put(name, draft.verdict(name, draft.queues.containsKey(name))));
        return new Outcome(
                new ClusterShape(reading.value().orElseThrow(), rules(draft.topology)),
                verdicts,
                draft.verdict(TOPOLOGY, draft.topology.isPresent()));
    }

    @SuppressWarnings("unchecked")
    private Map<String, Object> fields(Object spec) {
        return json.convertValue(spec, Map.class);
    }

    private static void copy(String name, Map<String, Object> from, Map<String, Object> to) {
        Object value = from.get(name);
        if (value != null) {
            to.put(name, value);
        }
    }

    static NodeRules rules(Optional<ClusterTopologySpec> topology) {
        return topology.map(spec -> new NodeRules(
                        levels(spec.levels()), orEmpty(spec.nodeSelector()), tolerations(spec.tolerations())))
                .orElse(NodeRules.DEFAULT);
    }

    private static List<LevelLabels> levels(@Nullable List<Level> levels) {
        return levels == null
                ? NodeRules.DEFAULT.levels()
                : levels.stream()
                        .map(level -> level.nodeLabel() == null
                                ? LevelLabels.wellKnown(level.name())
                                : new LevelLabels(level.name(), List.of(level.nodeLabel())))
                        .toList();
    }

    private static Map<String, String> orEmpty(@Nullable Map<String, String> labels) {
        return labels == null ? Map.of() : labels;
    }

    private static List<Tolerated> tolerations(@Nullable List<Toleration> tolerations) {
        return tolerations == null
                ? List.of()
                : tolerations.stream()
                        .map(toleration -> new Tolerated(
                                Optional.ofNullable(toleration.key()),
                                toleration.operator() == Operator.Exists
                                        ? Optional.empty()
                                        : Optional.of(Optional.ofNullable(toleration.value())
                                                .orElse("")),
                                Optional.ofNullable(toleration.effect()).map(Enum::name)))
                        .toList();
    }
}
