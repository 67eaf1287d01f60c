package dev.muster.controller.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What a security review of the chart would look for, with everything switched on. */
class ChartSecurityTest {

    private static final String EVERYTHING = """
            agent: {amd: {enabled: true}, ascend: {enabled: true}}
            monitoring: {serviceMonitor: {enabled: true}, prometheusRule: {enabled: true}, dashboards: {enabled: true}}
            """;
    private static final Pattern PINNED =
            Pattern.compile("[^:@]+(/[^:@]+)*(:[A-Za-z0-9_][A-Za-z0-9._-]*|@sha256:[0-9a-f]{64})");

    private final Rendering everything = Chart.render(EVERYTHING);

    @Test
    void noRoleHasAWildcard() {
        List<JsonNode> roles = everything.ofKind("ClusterRole");
        assertThat(roles).hasSize(4);
        assertThat(roles)
                .flatExtracting(role -> Rendering.elements(role.path("rules")).toList())
                .allSatisfy(rule -> assertThat(rule.toString()).doesNotContain("*"));
    }

    @Test
    void theControllerMayTouchNoSecretAndGrantNothing() {
        assertThat(everything.get("ClusterRole/muster-controller").path("rules").toString())
                .doesNotContain(
                        "secrets",
                        "rbac.authorization.k8s.io",
                        "escalate",
                        "impersonate",
                        "pods/exec",
                        "deletecollection");
    }

    @Test
    void everyImageIsPinned() {
        assertThat(everything.containers())
                .isNotEmpty()
                .extracting(container -> container.path("image").asText())
                .allSatisfy(image -> assertThat(image).matches(PINNED).doesNotEndWith(":latest"));

        String digest = "sha256:" + "a".repeat(64);
        assertThat(Chart.render("image: {tag: 1.2.3, digest: '" + digest + "'}")
                        .container("Deployment/muster-controller")
                        .path("image")
                        .asText())
                .isEqualTo("muster@" + digest);
    }

    @Test
    void controllersAndEtcdAreRestrictedPods() {
        for (String workload : List.of("Deployment/muster-controller", "StatefulSet/muster-etcd")) {
            JsonNode pod = everything.get(workload).at("/spec/template/spec");
            assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
            assertThat(pod.at("/securityContext/runAsUser").asInt()).isEqualTo(65532);
            assertThat(pod.at("/securityContext/seccompProfile/type").asText()).isEqualTo("RuntimeDefault");
            for (String shared : List.of("hostNetwork", "hostPID", "hostIPC")) {
                assertThat(pod.has(shared)).as(shared).isFalse();
            }
            assertThat(pod.findValues("hostPath")).isEmpty();
            JsonNode container = pod.at("/containers/0/securityContext");
            assertThat(container.path("allowPrivilegeEscalation").asBoolean(true))
                    .isFalse();
            assertThat(container.path("readOnlyRootFilesystem").asBoolean()).isTrue();
            assertThat(Rendering.texts(container.at("/capabilities/drop"))).containsExactly("ALL");
            assertThat(container.at("/capabilities/add").isMissingNode()).isTrue();
        }
    }

    @Test
    void agentsShareNoNamespaceWithTheHostAndWriteNowhereOnIt() {
        List<JsonNode> agents = everything.ofKind("DaemonSet");
        assertThat(agents).hasSize(3);
        for (JsonNode agent : agents) {
            JsonNode pod = agent.at("/spec/template/spec");
            for (String shared : List.of("hostNetwork", "hostPID", "hostIPC")) {
                assertThat(pod.has(shared)).as(shared).isFalse();
            }
            assertThat(pod.path("automountServiceAccountToken").asBoolean(true)).isFalse();
            List<String> fromHost = Rendering.elements(pod.path("volumes"))
                    .filter(volume -> volume.has("hostPath"))
                    .map(volume -> volume.path("name").asText())
                    .toList();
            assertThat(fromHost).containsExactlyInAnyOrder("kernel-log", "pods");
            assertThat(Rendering.elements(pod.at("/containers/0/volumeMounts"))
                            .filter(mount ->
                                    fromHost.contains(mount.path("name").asText())))
                    .hasSize(2)
                    .allSatisfy(mount ->
                            assertThat(mount.path("readOnly").asBoolean()).isTrue());
        }
    }

    @Test
    void onlyTheControllerHasATokenForTheApiServer() {
        assertThat(everything
                        .get("StatefulSet/muster-etcd")
                        .at("/spec/template/spec/automountServiceAccountToken")
                        .asBoolean(true))
                .isFalse();
        assertThat(everything.ofKind("ClusterRoleBinding"))
                .singleElement()
                .satisfies(binding ->
                        assertThat(binding.at("/subjects/0/name").asText()).isEqualTo("muster-controller"));
    }

    @Test
    void everyContainerSaysWhatItNeeds() {
        assertThat(everything.containers()).allSatisfy(container -> {
            assertThat(container.at("/resources/requests/cpu").isMissingNode()).isFalse();
            assertThat(container.at("/resources/requests/memory").isMissingNode())
                    .isFalse();
            assertThat(container.at("/resources/limits/memory").isMissingNode()).isFalse();
            assertThat(container.path("livenessProbe").isObject()).isTrue();
            assertThat(container.path("readinessProbe").isObject()).isTrue();
        });
    }

    @Test
    void etcdIsReachedByControllersAndItsOwnMembersOnly() {
        JsonNode ingress = everything.get("NetworkPolicy/muster-etcd").at("/spec/ingress");
        assertThat(Rendering.elements(ingress)
                        .map(rule -> rule.at("/ports/0/port").asText() + " from "
                                + rule.at("/from/0/podSelector/matchLabels/app.kubernetes.io~1component")
                                        .asText()))
                .containsExactly("client from controller", "peer from etcd");
        assertThat(ingress.findValues("namespaceSelector")).isEmpty();
    }

    @Test
    void theGrpcPortIsReachedByAgentsControllersAndNamedNamespacesOnly() {
        JsonNode rule = Chart.render("networkPolicy: {clientNamespaces: [{matchLabels: {team: research}}]}")
                .get("NetworkPolicy/muster-controller")
                .at("/spec/ingress/0");
        assertThat(rule.at("/ports/0/port").asText()).isEqualTo("grpc");
        assertThat(rule.path("from")).hasSize(3);
        assertThat(rule.at("/from/2/namespaceSelector/matchLabels/team").asText())
                .isEqualTo("research");
    }
}
