package dev.muster.controller.chart;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The objects that the chart renders. */
record Rendering(List<JsonNode> objects) {

    static Rendering of(List<JsonNode> objects) {
        return new Rendering(List.copyOf(objects));
    }

    /** Each as {@code Kind/name}. */
    List<String> names() {
        return objects.stream().map(Rendering::name).toList();
    }

    List<JsonNode> ofKind(String kind) {
        return objects.stream()
                .filter(object -> object.path("kind").asText().equals(kind))
                .toList();
    }

    /** The one of this {@code Kind/name}. */
    JsonNode get(String name) {
        return objects.stream()
                .filter(object -> name(object).equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError(name + " is not among " + names()));
    }

    /** Templates of pods, whatever makes them. */
    List<JsonNode> podTemplates() {
        return objects.stream()
                .map(object -> object.at("/spec/template/spec"))
                .filter(JsonNode::isObject)
                .toList();
    }

    List<JsonNode> containers() {
        return podTemplates().stream()
                .flatMap(pod -> elements(pod.path("containers")))
                .toList();
    }

    /** The only container of a workload. */
    JsonNode container(String name) {
        return get(name).at("/spec/template/spec/containers/0");
    }

    static Stream<JsonNode> elements(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    static List<String> texts(JsonNode array) {
        return elements(array).map(JsonNode::asText).toList();
    }

    static String name(JsonNode object) {
        return object.path("kind").asText() + "/"
                + object.path("metadata").path("name").asText();
    }
}
