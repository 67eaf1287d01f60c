package dev.muster.controller.chart;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Definitions of kinds that somebody else brings to the cluster; here they take anything. */
final class Definitions {

    private static final String ANYTHING = """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: %2$s.%1$s}
            spec:
              group: %1$s
              scope: %5$s
              names: {kind: %3$s, plural: %2$s, singular: %6$s}
              versions:
                - name: %4$s
                  served: true
                  storage: true
                  schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
            """;

    private Definitions() {}

    static String anything(String group, String version, String kind, String plural, String scope) {
        return ANYTHING.formatted(group, plural, kind, version, scope, kind.toLowerCase(Locale.ROOT));
    }

    /** Of the Prometheus operator and of cert-manager. */
    static List<String> ofOthers() {
        return List.of(
                anything("monitoring.coreos.com", "v1", "ServiceMonitor", "servicemonitors", "Namespaced"),
                anything("monitoring.coreos.com", "v1", "PodMonitor", "podmonitors", "Namespaced"),
                anything("monitoring.coreos.com", "v1", "PrometheusRule", "prometheusrules", "Namespaced"),
                anything("cert-manager.io", "v1", "Issuer", "issuers", "Namespaced"),
                anything("cert-manager.io", "v1", "Certificate", "certificates", "Namespaced"));
    }

    /** A copy of the chart that has definitions of Muster's own kinds: the chart's, or where it has none, such as take anything. */
    static Path chartWithDefinitions(Path folder) {
        Path copy = folder.resolve("muster");
        try (Stream<Path> files = Files.walk(Chart.DIRECTORY)) {
            for (Path file : files.toList()) {
                Path target = copy.resolve(Chart.DIRECTORY.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
            // A server built from its modules alone does not know its own version.
            Path chart = copy.resolve("Chart.yaml");
            Files.writeString(chart, Files.readString(chart).replaceFirst("(?m)^kubeVersion:.*\\n", ""));
            Path definitions = copy.resolve("files/crds");
            if (!Files.exists(definitions)) {
                Files.createDirectory(definitions);
                Files.writeString(
                        definitions.resolve("all.yaml"),
                        String.join(
                                "---\n",
                                anything("muster.dev", "v1alpha1", "TrainingJob", "trainingjobs", "Namespaced"),
                                anything("muster.dev", "v1alpha1", "Queue", "queues", "Cluster"),
                                anything("muster.dev", "v1alpha1", "ClusterTopology", "clustertopologies", "Cluster")));
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return copy;
    }
}
