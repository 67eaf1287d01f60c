package dev.muster.controller.kubernetes.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Adds to a generated definition what the generator does not: columns in their order, rules of values that are a number or a text. */
final class FinishedDefinition {

    private static final String HEAD =
            "# Made from the classes of dev.muster.controller.kubernetes.api; DefinitionFilesTest"
                    + " says how to make it anew.\n";
    private static final List<Class<?>> KINDS = List.of(TrainingJob.class, Queue.class, ClusterTopology.class);

    /** What a value that is a number or a text has to be. */
    private record NumberOrText(String pattern, int maxLength) {}

    private static final Map<String, NumberOrText> NUMBERS_OR_TEXTS = Map.of(
            "cpus", new NumberOrText("^([0-9]+(\\.[0-9]{1,3}0*)?|[0-9]+(\\.0+)?m)$", 32),
            "memory", new NumberOrText("^([0-9]+(\\.0+)?|[0-9]+(\\.[0-9]+)?(k|M|G|T|P|Ki|Mi|Gi|Ti|Pi))$", 32),
            "spares", new NumberOrText("^auto$", 4));

    private FinishedDefinition() {}

    static String of(String generated) {
        ObjectNode definition = Serialization.unmarshal(generated, ObjectNode.class);
        String kind = definition.at("/spec/names/kind").asText();
        for (JsonNode version : definition.at("/spec/versions")) {
            sortColumns((ArrayNode) version.get("additionalPrinterColumns"), kind);
            finish("", version.at("/schema/openAPIV3Schema"));
        }
        return HEAD + Serialization.asYaml(definition).replaceFirst("^---\n", "");
    }

    private static void sortColumns(ArrayNode columns, String kind) {
        List<String> order = KINDS.stream()
                .filter(type -> type.getSimpleName().equals(kind))
                .flatMap(type -> Stream.of(type.getAnnotationsByType(AdditionalPrinterColumn.class)))
                .map(AdditionalPrinterColumn::name)
                .toList();
        List<JsonNode> sorted = StreamSupport.stream(columns.spliterator(), false)
                .sorted(Comparator.comparing(
                        column -> order.indexOf(column.get("name").asText())))
                .toList();
        columns.removeAll();
        columns.addAll(sorted);
    }

    private static void finish(String name, JsonNode node) {
        if (node instanceof ObjectNode schema) {
            if (schema.path("x-kubernetes-int-or-string").asBoolean()) {
                NumberOrText rule = NUMBERS_OR_TEXTS.get(name);
                if (rule == null) {
                    throw new AssertionError(name + " is a number or a text; say here what it has to be");
                }
                schema.put("minimum", 0);
                schema.put("pattern", rule.pattern());
                schema.put("maxLength", rule.maxLength());
            }
            for (String bound : List.of("minimum", "maximum")) {
                if (schema.path(bound).isDouble()) {
                    schema.set(bound, LongNode.valueOf(schema.get(bound).asLong()));
                }
            }
            if (schema.get("x-kubernetes-validations") instanceof ArrayNode rules) {
                // A record's field and its accessor both carry the annotation.
                Set<JsonNode> once = new LinkedHashSet<>();
                rules.forEach(once::add);
                rules.removeAll();
                rules.addAll(once);
            }
            schema.properties().forEach(member -> finish(member.getKey(), member.getValue()));
        } else {
            node.forEach(item -> finish("", item));
        }
    }
}
