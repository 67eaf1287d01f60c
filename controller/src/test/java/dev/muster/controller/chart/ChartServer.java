package dev.muster.controller.chart;

import com.marcnuri.helm.Helm;
import dev.muster.controller.kubernetes.testing.ApiServerProcess;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A real API server and real Helm. It is a server of its own, because definitions and roles are the whole cluster's, and
 * other tests make theirs.
 */
final class ChartServer implements AutoCloseable {

    private final ApiServerProcess server;
    private final KubernetesClient client;
    private final Helm helm;

    private ChartServer(ApiServerProcess server, Path directory) {
        this.server = server;
        client = server.client();
        helm = new Helm(Definitions.chartWithDefinitions(directory));
        makeNamespace(Chart.NAMESPACE, "privileged");
        for (String definition : Definitions.ofOthers()) {
            client.load(new ByteArrayInputStream(definition.getBytes(StandardCharsets.UTF_8)))
                    .create();
        }
    }

    /** @param directory for a copy of the chart */
    static ChartServer start(Path directory) {
        return new ChartServer(ApiServerProcess.start(), directory);
    }

    KubernetesClient client() {
        return client;
    }

    void makeNamespace(String name, String podSecurity) {
        client.namespaces()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .addToLabels("pod-security.kubernetes.io/enforce", podSecurity)
                        .endMetadata()
                        .build())
                .create();
    }

    /** @return what Helm tells the one who installs */
    String install(String values) {
        return Chart.withFile(
                values,
                file -> helm.install()
                        .withName(Chart.RELEASE)
                        .withNamespace(Chart.NAMESPACE)
                        .withKubeConfigContents(kubeConfig())
                        .withValuesFile(file)
                        .call()
                        .getOutput());
    }

    /** @return what Helm tells the one who upgrades */
    String upgrade(String values) {
        return Chart.withFile(
                values,
                file -> helm.upgrade()
                        .withName(Chart.RELEASE)
                        .withNamespace(Chart.NAMESPACE)
                        .withKubeConfigContents(kubeConfig())
                        .withValuesFile(file)
                        .call()
                        .getOutput());
    }

    void uninstall() {
        Helm.uninstall(Chart.RELEASE)
                .withNamespace(Chart.NAMESPACE)
                .withKubeConfigContents(kubeConfig())
                .ignoreNotFound()
                .call();
    }

    private String kubeConfig() {
        return """
                apiVersion: v1
                kind: Config
                clusters: [{name: test, cluster: {server: "%s", insecure-skip-tls-verify: true}}]
                users: [{name: test, user: {token: "%s"}}]
                contexts: [{name: test, context: {cluster: test, user: test}}]
                current-context: test
                """.formatted(server.config().getMasterUrl(), server.config().getOauthToken());
    }

    @Override
    public void close() {
        client.close();
        server.close();
    }
}
