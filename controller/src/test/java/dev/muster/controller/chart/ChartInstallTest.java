package dev.muster.controller.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Real Helm installs the chart into a real API server: every object is taken, and an upgrade keeps what must stay.
 * Definitions of the Prometheus operator and cert-manager take anything here, so of their
 * objects only the kind is proven.
 */
class ChartInstallTest {

    private static final String EVERYTHING = """
            agent: {amd: {enabled: true}, ascend: {enabled: true}}
            monitoring: {serviceMonitor: {enabled: true}, prometheusRule: {enabled: true}, dashboards: {enabled: true}}
            topology: {create: true, spec: {levels: [{name: zone, nodeLabel: topology.kubernetes.io/zone}, {name: rack}]}}
            queues: [{name: research}]
            """;

    @TempDir
    static Path directory;

    private static ChartServer server;
    private static KubernetesClient client;

    @BeforeAll
    static void startServer() {
        server = ChartServer.start(directory);
        client = server.client();
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @AfterEach
    void uninstall() {
        server.uninstall();
        // What an uninstall keeps.
        queue("research").delete();
        topology().delete();
        client.apiextensions()
                .v1()
                .customResourceDefinitions()
                .withLabel("app.kubernetes.io/part-of", "muster")
                .delete();
        await().atMost(Duration.ofSeconds(30)).until(() -> definitions().isEmpty());
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "defaults | {}",
                "cert-manager | tls: {mode: certManager}",
                "no TLS, no policies | {tls: {mode: none}, networkPolicy: {enabled: false}}",
                "an etcd that is there | etcd: {deploy: false, endpoints: ['e:2379'], auth: {secretName: u}, tls: {secretName: t}}",
                "agents without privilege | agent: {kernelLog: {source: file}}",
                "one of each | {controller: {replicas: 1, antiAffinity: required, zoneSpread: none}, etcd: {replicas: 1, antiAffinity: none}}"
            })
    void everyObjectIsTakenByTheServer(String what, String values) {
        server.install(values);
        assertThat(client.apps()
                        .deployments()
                        .inNamespace(Chart.NAMESPACE)
                        .withName("muster-controller")
                        .get())
                .as(what)
                .isNotNull();
    }

    @Test
    void theFirstInstallMakesQueuesAndTopologyToo() {
        server.install(EVERYTHING);
        assertThat(queue("research").get()).isNotNull();
        assertThat(topology().get()).isNotNull();
        assertThat(client.apps()
                        .daemonSets()
                        .inNamespace(Chart.NAMESPACE)
                        .list()
                        .getItems())
                .hasSize(3);
    }

    @Test
    void anUpgradeKeepsCertificatesAndQueuesAndChangesTheRest() {
        server.install(EVERYTHING);
        Map<String, String> authority = secret("muster-etcd-ca");
        Map<String, String> members = secret("muster-etcd-server");
        Map<String, String> controllers = secret("muster-etcd-client");
        Map<String, String> callers = secret("muster-grpc-client");
        String queue = queue("research").get().getMetadata().getUid();

        server.upgrade(EVERYTHING + "controller: {replicas: 3}\n");

        assertThat(secret("muster-etcd-ca")).isEqualTo(authority);
        assertThat(secret("muster-etcd-server")).isEqualTo(members);
        assertThat(secret("muster-etcd-client")).isEqualTo(controllers);
        assertThat(secret("muster-grpc-client")).isEqualTo(callers);
        assertThat(queue("research").get().getMetadata().getUid()).isEqualTo(queue);
        assertThat(client.apps()
                        .deployments()
                        .inNamespace(Chart.NAMESPACE)
                        .withName("muster-controller")
                        .get()
                        .getSpec()
                        .getReplicas())
                .isEqualTo(3);
    }

    @Test
    void aCertificateThatWasDeletedIsMadeAnewByTheSameAuthority() {
        server.install("{}");
        Map<String, String> authority = secret("muster-etcd-ca");
        Map<String, String> members = secret("muster-etcd-server");
        client.secrets()
                .inNamespace(Chart.NAMESPACE)
                .withName("muster-etcd-server")
                .delete();

        server.upgrade("{}");

        assertThat(secret("muster-etcd-ca")).isEqualTo(authority);
        assertThat(secret("muster-etcd-server"))
                .containsEntry("ca.crt", authority.get("tls.crt"))
                .extractingByKey("tls.crt")
                .isNotEqualTo(members.get("tls.crt"));
    }

    @Test
    void definitionsAreUpgradedAndOutliveAnUninstall() {
        server.install("{}");
        CustomResourceDefinition job = definitions().stream()
                .filter(definition -> definition.getSpec().getNames().getKind().equals("TrainingJob"))
                .findFirst()
                .orElseThrow();
        // As an older chart would have left it: without what this one adds.
        client.resource(job).edit(definition -> {
            definition.getMetadata().getAnnotations().remove("helm.sh/resource-policy");
            return definition;
        });
        server.upgrade("{controller: {replicas: 3}}");
        assertThat(definitions())
                .hasSize(3)
                .allSatisfy(definition -> assertThat(definition.getMetadata().getAnnotations())
                        .containsEntry("helm.sh/resource-policy", "keep"));

        server.uninstall();
        assertThat(definitions()).hasSize(3);
        assertThat(client.apps()
                        .deployments()
                        .inNamespace(Chart.NAMESPACE)
                        .list()
                        .getItems())
                .isEmpty();
        assertThat(client.rbac()
                        .clusterRoles()
                        .withLabel("app.kubernetes.io/instance", Chart.RELEASE)
                        .list()
                        .getItems())
                .isEmpty();
    }

    @Test
    void theNotesSayWhatIsSecuredAndWhatIsNot() {
        assertThat(server.install("{}"))
                .contains("Controllers speak TLS to etcd")
                .contains("The gRPC port (7443) of the controllers speaks TLS")
                .doesNotContain("WARNING");
        assertThat(server.upgrade("{tls: {mode: none}, networkPolicy: {enabled: false}}"))
                .contains("WARNING: controllers speak to etcd in plain text")
                .contains("WARNING: the gRPC port (7443) of the controllers has no TLS")
                .contains("WARNING: networkPolicy.enabled is false");
    }

    private static Map<String, String> secret(String name) {
        return client.secrets()
                .inNamespace(Chart.NAMESPACE)
                .withName(name)
                .require()
                .getData();
    }

    private static List<CustomResourceDefinition> definitions() {
        return client.apiextensions().v1().customResourceDefinitions().list().getItems().stream()
                .filter(definition -> definition.getSpec().getGroup().equals("muster.dev"))
                .toList();
    }

    private static Resource<GenericKubernetesResource> queue(String name) {
        return clusterObject("Queue", "queues", name);
    }

    private static Resource<GenericKubernetesResource> topology() {
        return clusterObject("ClusterTopology", "clustertopologies", "default");
    }

    private static Resource<GenericKubernetesResource> clusterObject(String kind, String plural, String name) {
        return client.genericKubernetesResources(new ResourceDefinitionContext.Builder()
                        .withGroup("muster.dev")
                        .withVersion("v1alpha1")
                        .withKind(kind)
                        .withPlural(plural)
                        .withNamespaced(false)
                        .build())
                .withName(name);
    }
}
