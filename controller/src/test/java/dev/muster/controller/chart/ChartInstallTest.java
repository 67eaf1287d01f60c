package dev.muster.controller.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.marcnuri.helm.Helm;
import dev.muster.controller.kubernetes.testing.ApiServerProcess;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
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
 * Real Helm installs the chart into a real API server: every object is taken, an upgrade keeps what must stay, and the
 * roles are enough and no more. Definitions of the Prometheus operator and cert-manager take anything here, so of their
 * objects only the kind is proven.
 */
class ChartInstallTest {

    private static final String EVERYTHING = """
            agent: {amd: {enabled: true}, ascend: {enabled: true}}
            monitoring: {serviceMonitor: {enabled: true}, prometheusRule: {enabled: true}, dashboards: {enabled: true}}
            topology: {create: true, spec: {levels: [{name: zone, nodeLabel: topology.kubernetes.io/zone}, {name: rack}]}}
            queues: [{name: research}]
            """;

    /** A server of our own: definitions and roles are the whole cluster's, and other tests make theirs. */
    private static ApiServerProcess server;

    private static KubernetesClient client;

    @TempDir
    static Path directory;

    private static Helm helm;

    @BeforeAll
    static void startServer() {
        server = ApiServerProcess.start();
        client = server.client();
        client.namespaces().resource(namespace(Chart.NAMESPACE, "privileged")).create();
        Definitions.ofOthers().forEach(yaml -> client.load(stream(yaml)).create());
        helm = new Helm(Definitions.chartWithDefinitions(directory));
    }

    @AfterAll
    static void stopServer() {
        client.close();
        server.close();
    }

    @AfterEach
    void uninstall() {
        Helm.uninstall(Chart.RELEASE)
                .withNamespace(Chart.NAMESPACE)
                .withKubeConfigContents(kubeConfig())
                .ignoreNotFound()
                .call();
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
        install(values);
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
        install(EVERYTHING);
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
        install(EVERYTHING);
        Map<String, String> authority = secret("muster-etcd-ca");
        Map<String, String> members = secret("muster-etcd-server");
        Map<String, String> controllers = secret("muster-etcd-client");
        String queue = queue("research").get().getMetadata().getUid();

        upgrade(EVERYTHING + "controller: {replicas: 3}\n");

        assertThat(secret("muster-etcd-ca")).isEqualTo(authority);
        assertThat(secret("muster-etcd-server")).isEqualTo(members);
        assertThat(secret("muster-etcd-client")).isEqualTo(controllers);
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
        install("{}");
        Map<String, String> authority = secret("muster-etcd-ca");
        Map<String, String> members = secret("muster-etcd-server");
        client.secrets()
                .inNamespace(Chart.NAMESPACE)
                .withName("muster-etcd-server")
                .delete();

        upgrade("{}");

        assertThat(secret("muster-etcd-ca")).isEqualTo(authority);
        assertThat(secret("muster-etcd-server"))
                .containsEntry("ca.crt", authority.get("tls.crt"))
                .extractingByKey("tls.crt")
                .isNotEqualTo(members.get("tls.crt"));
    }

    @Test
    void definitionsAreUpgradedAndOutliveAnUninstall() {
        install("{}");
        CustomResourceDefinition job = definitions().stream()
                .filter(definition -> definition.getSpec().getNames().getKind().equals("TrainingJob"))
                .findFirst()
                .orElseThrow();
        // As an older chart would have left it: without what this one adds.
        client.resource(job).edit(definition -> {
            definition.getMetadata().getAnnotations().remove("helm.sh/resource-policy");
            return definition;
        });
        upgrade("{controller: {replicas: 3}}");
        assertThat(definitions())
                .hasSize(3)
                .allSatisfy(definition -> assertThat(definition.getMetadata().getAnnotations())
                        .containsEntry("helm.sh/resource-policy", "keep"));

        Helm.uninstall(Chart.RELEASE)
                .withNamespace(Chart.NAMESPACE)
                .withKubeConfigContents(kubeConfig())
                .call();
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

    @ParameterizedTest
    @CsvSource({
        "muster.dev, trainingjobs, create, true",
        "muster.dev, trainingjobs/status, patch, true",
        "muster.dev, trainingjobs/finalizers, update, true",
        "muster.dev, queues, watch, true",
        "'', pods, create, true",
        "'', pods/binding, create, true",
        "'', pods/log, get, true",
        "'', services, delete, true",
        "'', nodes, list, true",
        "'', events, create, true",
        "muster.dev, trainingjobs, delete, false",
        "muster.dev, queues, create, false",
        "'', secrets, get, false",
        "'', pods/exec, create, false",
        "'', pods/eviction, create, false",
        "'', nodes, patch, false",
        "'', serviceaccounts/token, create, false",
        "apps, deployments, create, false",
        "rbac.authorization.k8s.io, clusterroles, create, false"
    })
    void theControllerMayDoWhatItDoesAndNoMore(String group, String resource, String verb, boolean allowed) {
        install("{}");
        assertThat(mayController(group, resource, verb)).isEqualTo(allowed);
    }

    @Test
    void podsOfControllersAndEtcdStandUnderTheRestrictedStandardAndAgentsDoNot() {
        client.namespaces().resource(namespace("restricted", "restricted")).create();
        Rendering rendering = Chart.render("{}");
        for (String workload : List.of("Deployment/muster-controller", "StatefulSet/muster-etcd")) {
            Pod pod = pod(rendering.get(workload));
            assertThat(client.pods()
                            .inNamespace("restricted")
                            .resource(pod)
                            .dryRun()
                            .create())
                    .isNotNull();
        }
        Pod agent = pod(rendering.get("DaemonSet/muster-agent-nvidia"));
        agent.getSpec().setRuntimeClassName(null);
        assertThatThrownBy(() -> client.pods()
                        .inNamespace("restricted")
                        .resource(agent)
                        .dryRun()
                        .create())
                .isInstanceOf(KubernetesClientException.class)
                .hasMessageContaining("violates PodSecurity \"restricted");
    }

    @Test
    void theNotesSayWhatIsSecuredAndWhatIsNot() {
        assertThat(install("{}"))
                .contains("Controllers speak TLS to etcd")
                .contains("The gRPC port (7443) of the controllers has no TLS")
                .doesNotContain("WARNING");
        assertThat(upgrade("{tls: {mode: none}, networkPolicy: {enabled: false}}"))
                .contains("WARNING: controllers speak to etcd in plain text")
                .contains("WARNING: networkPolicy.enabled is false");
    }

    private static String install(String values) {
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

    private static String upgrade(String values) {
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

    private static String kubeConfig() {
        return """
                apiVersion: v1
                kind: Config
                clusters: [{name: test, cluster: {server: "%s", insecure-skip-tls-verify: true}}]
                users: [{name: test, user: {token: "%s"}}]
                contexts: [{name: test, context: {cluster: test, user: test}}]
                current-context: test
                """.formatted(server.config().getMasterUrl(), server.config().getOauthToken());
    }

    private static InputStream stream(String yaml) {
        return new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8));
    }

    private static Namespace namespace(String name, String podSecurity) {
        return new NamespaceBuilder()
                .withNewMetadata()
                .withName(name)
                .addToLabels("pod-security.kubernetes.io/enforce", podSecurity)
                .endMetadata()
                .build();
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

    /** As the server itself judges, by the roles that were installed. */
    private static boolean mayController(String group, String resource, String verb) {
        String[] parts = resource.split("/", 2);
        return client.authorization()
                .v1()
                .subjectAccessReview()
                .create(new SubjectAccessReviewBuilder()
                        .withNewSpec()
                        .withUser("system:serviceaccount:" + Chart.NAMESPACE + ":muster-controller")
                        .withNewResourceAttributes()
                        .withGroup(group)
                        .withResource(parts[0])
                        .withSubresource(parts.length > 1 ? parts[1] : "")
                        .withVerb(verb)
                        .withNamespace("somewhere")
                        .endResourceAttributes()
                        .endSpec()
                        .build())
                .getStatus()
                .getAllowed();
    }

    /** The pod that a workload's controller would make. */
    private static Pod pod(JsonNode workload) {
        Pod pod = Serialization.unmarshal(workload.at("/spec/template").toString(), Pod.class);
        pod.getMetadata().setName("pod");
        if (workload.at("/spec/volumeClaimTemplates").isArray()) {
            pod.getSpec()
                    .getVolumes()
                    .add(new VolumeBuilder()
                            .withName("data")
                            .withNewPersistentVolumeClaim("data", false)
                            .build());
        }
        return pod;
    }
}
