package dev.muster.controller.kubernetes.testing;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The definitions that the chart ships, put into an API server. */
public final class Definitions {

    private static final Path FOLDER = Path.of(System.getProperty("muster.root", ".."), "helm/muster/files/crds");
    private static final Duration SERVED_WITHIN = Duration.ofSeconds(60);

    private Definitions() {}

    /** Puts them there and waits until they are served; doing it again changes nothing. */
    public static void install(KubernetesClient client) {
        for (Path file : files()) {
            CustomResourceDefinition definition = read(file);
            client.resource(definition).forceConflicts().fieldManager("test").serverSideApply();
        }
        for (Path file : files()) {
            String name = read(file).getMetadata().getName();
            await().atMost(SERVED_WITHIN).until(() -> isServed(client, name));
        }
    }

    private static boolean isServed(KubernetesClient client, String name) {
        return Optional.ofNullable(client.apiextensions()
                        .v1()
                        .customResourceDefinitions()
                        .withName(name)
                        .get())
                .flatMap(definition -> Optional.ofNullable(definition.getStatus()))
                .stream()
                .flatMap(status -> status.getConditions().stream())
                .anyMatch(condition -> condition.getType().equals("Established")
                        && condition.getStatus().equals("True"));
    }

    private static List<Path> files() {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.sorted().toList();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static CustomResourceDefinition read(Path file) {
        try {
            return Serialization.unmarshal(Files.readString(file), CustomResourceDefinition.class);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
