package dev.muster.controller.chart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.marcnuri.helm.Helm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/** The chart of this tree, through real Helm. */
final class Chart {

    static final Path ROOT = Path.of(System.getProperty("muster.root"));
    static final Path DIRECTORY = ROOT.resolve("helm/muster");
    static final String RELEASE = "muster";
    static final String NAMESPACE = "muster-system";
    static final ObjectMapper JSON = new ObjectMapper();
    static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    /** Helm as a library believes in a very old cluster unless it is told. */
    private static final String KUBERNETES = "1.34.0";

    private Chart() {}

    static Helm helm() {
        return new Helm(DIRECTORY);
    }

    /**
     * What an install with these values would make.
     *
     * @param values YAML, merged into the chart's own
     * @throws IllegalStateException with Helm's words when it refuses them
     */
    static Rendering render(String values) {
        return withFile(
                values,
                file -> Rendering.of(documents(helm().template()
                        .withName(RELEASE)
                        .withNamespace(NAMESPACE)
                        .withKubeVersion(KUBERNETES)
                        .withValuesFile(file)
                        .call())));
    }

    /** Hands the values over as a file, which Helm asks for. */
    static <T> T withFile(String values, Function<Path, T> use) {
        try {
            Path file = Files.createTempFile("muster-values", ".yaml");
            try {
                Files.writeString(file, values);
                return use.apply(file);
            } finally {
                Files.delete(file);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    static List<JsonNode> documents(String yaml) {
        try (MappingIterator<JsonNode> documents =
                YAML.readerFor(JsonNode.class).readValues(yaml)) {
            return documents.readAll().stream().filter(JsonNode::isObject).toList();
        } catch (IOException failure) {
            throw new UncheckedIOException(yaml, failure);
        }
    }

    static String read(String path) {
        try {
            return Files.readString(DIRECTORY.resolve(path));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
