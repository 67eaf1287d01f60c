package dev.muster.controller.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.marcnuri.helm.LintResult;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What each switch makes, and that nothing of it is there when the switch is off. */
class ChartSwitchesTest {

    private static final List<String> DEFAULTS = List.of(
            "NetworkPolicy/muster-controller",
            "NetworkPolicy/muster-agent",
            "NetworkPolicy/muster-etcd",
            "PodDisruptionBudget/muster-controller",
            "PodDisruptionBudget/muster-etcd",
            "ServiceAccount/muster-agent",
            "ServiceAccount/muster-controller",
            "Secret/muster-etcd-ca",
            "Secret/muster-etcd-server",
            "Secret/muster-etcd-client",
            "Secret/muster-grpc-ca",
            "Secret/muster-grpc-server",
            "Secret/muster-grpc-client",
            "ClusterRole/muster-controller",
            "ClusterRole/muster-viewer",
            "ClusterRole/muster-user",
            "ClusterRole/muster-operator",
            "ClusterRoleBinding/muster-controller",
            "Service/muster-controller",
            "Service/muster-etcd",
            "DaemonSet/muster-agent-nvidia",
            "Deployment/muster-controller",
            "StatefulSet/muster-etcd");

    @Test
    void helmFindsNothingToComplainAbout() {
        LintResult lint = Chart.helm().lint().strict().call();
        assertThat(lint.isFailed()).as("%s", lint.getMessages()).isFalse();
    }

    @Test
    void withoutValuesThereIsAllOfMusterAndNothingThatNeedsMore() {
        assertThat(withoutDefinitions(Chart.render("{}"))).containsExactlyInAnyOrderElementsOf(DEFAULTS);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "controller: {podDisruptionBudget: {enabled: false}} | PodDisruptionBudget/muster-controller",
                "agent: {enabled: false} | DaemonSet/muster-agent-nvidia ServiceAccount/muster-agent NetworkPolicy/muster-agent",
                "agent: {nvidia: {enabled: false}} | DaemonSet/muster-agent-nvidia",
                "networkPolicy: {enabled: false} | NetworkPolicy/muster-controller NetworkPolicy/muster-agent NetworkPolicy/muster-etcd",
                "rbac: {userRoles: false} | ClusterRole/muster-viewer ClusterRole/muster-user ClusterRole/muster-operator",
                "tls: {mode: none} | Secret/muster-etcd-ca Secret/muster-etcd-server Secret/muster-etcd-client Secret/muster-grpc-ca Secret/muster-grpc-server Secret/muster-grpc-client",
                "etcd: {deploy: false, endpoints: ['e:2379'], tls: {secretName: e}} | StatefulSet/muster-etcd Service/muster-etcd PodDisruptionBudget/muster-etcd NetworkPolicy/muster-etcd Secret/muster-etcd-ca Secret/muster-etcd-server Secret/muster-etcd-client"
            })
    void aSwitchThatIsOffTakesItsObjectsAndNoOthers(String values, String absent) {
        List<String> rest = DEFAULTS.stream()
                .filter(name -> !List.of(absent.split(" ")).contains(name))
                .toList();
        assertThat(withoutDefinitions(Chart.render(values))).containsExactlyInAnyOrderElementsOf(rest);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "agent: {amd: {enabled: true}} | DaemonSet/muster-agent-amd",
                "agent: {ascend: {enabled: true}} | DaemonSet/muster-agent-ascend",
                "monitoring: {serviceMonitor: {enabled: true}} | ServiceMonitor/muster-controller PodMonitor/muster-agent",
                "monitoring: {prometheusRule: {enabled: true}} | PrometheusRule/muster",
                "monitoring: {dashboards: {enabled: true}} | ConfigMap/muster-dashboards"
            })
    void aSwitchThatIsOnAddsItsObjectsAndNoOthers(String values, String present) {
        assertThat(withoutDefinitions(Chart.render(values)))
                .hasSize(DEFAULTS.size() + present.split(" ").length)
                .containsAll(DEFAULTS)
                .contains(present.split(" "));
    }

    @Test
    void certManagerMakesTheSameSecretsInThePlaceOfTheChart() {
        Rendering rendering = Chart.render("tls: {mode: certManager}");
        assertThat(rendering.ofKind("Secret")).isEmpty();
        assertThat(rendering.ofKind("Certificate"))
                .extracting(certificate -> certificate.at("/spec/secretName").asText())
                .containsExactlyInAnyOrder(
                        "muster-etcd-ca",
                        "muster-etcd-server",
                        "muster-etcd-client",
                        "muster-grpc-ca",
                        "muster-grpc-server",
                        "muster-grpc-client");
        assertThat(rendering.ofKind("Issuer")).hasSize(4);

        Rendering foreign =
                Chart.render("tls: {mode: certManager, certManager: {issuerRef: {name: house, kind: ClusterIssuer}}}");
        assertThat(foreign.ofKind("Issuer")).isEmpty();
        assertThat(foreign.ofKind("Certificate"))
                .hasSize(4)
                .allSatisfy(certificate -> assertThat(
                                certificate.at("/spec/issuerRef/name").asText())
                        .isEqualTo("house"));
    }

    @Test
    void controllersAgentsAndTheCommandLineInTheirContainersSpeakTlsUnlessItIsTurnedOff() {
        Rendering rendering = Chart.render("{}");
        for (String workload : List.of("Deployment/muster-controller", "DaemonSet/muster-agent-nvidia")) {
            assertThat(Rendering.texts(rendering.container(workload).path("args")))
                    .contains(
                            "--tls-ca=/etc/muster/tls/ca.crt",
                            "--tls-cert=/etc/muster/tls/tls.crt",
                            "--tls-key=/etc/muster/tls/tls.key",
                            "--tls-server-name=muster-controller." + Chart.NAMESPACE + ".svc");
            assertThat(rendering.container(workload).at("/volumeMounts").findValuesAsText("mountPath"))
                    .contains("/etc/muster/tls");
        }
        assertThat(rendering
                        .container("Deployment/muster-controller")
                        .path("env")
                        .findValuesAsText("name"))
                .contains("MUSTER_TLS_CA", "MUSTER_TLS_CERT", "MUSTER_TLS_KEY", "MUSTER_TLS_SERVER_NAME");
        assertThat(Chart.render("tls: {mode: none}").toString()).doesNotContain("--tls-", "MUSTER_TLS", "grpc-tls");
    }

    @Test
    void anEtcdThatIsThereIsReachedAsItWantsToBe() {
        Rendering rendering = Chart.render("""
                etcd:
                  deploy: false
                  endpoints: [etcd-1.example:2379, etcd-2.example:2379]
                  auth: {secretName: etcd-user}
                  tls: {secretName: etcd-tls, clientCertificate: false}
                """);
        JsonNode container = rendering.container("Deployment/muster-controller");
        assertThat(Rendering.texts(container.path("args")))
                .contains(
                        "--store=etcd://etcd-1.example:2379,etcd-2.example:2379",
                        "--etcd-ca=/etc/muster/etcd/ca.crt",
                        "--etcd-user=$(ETCD_USER)",
                        "--etcd-password-file=/etc/muster/etcd-auth/password")
                .doesNotContain("--etcd-cert=/etc/muster/etcd/tls.crt", "--etcd-key=/etc/muster/etcd/tls.key");
        assertThat(rendering
                        .get("Deployment/muster-controller")
                        .at("/spec/template/spec/volumes")
                        .findValuesAsText("secretName"))
                .containsExactlyInAnyOrder("etcd-tls", "etcd-user", "muster-grpc-server");
    }

    @Test
    void anAgentHasNoMoreOfTheHostThanItReads() {
        JsonNode pod = Chart.render("agent: {kernelLog: {source: none}, progress: {enabled: false}}")
                .get("DaemonSet/muster-agent-nvidia")
                .at("/spec/template/spec");
        assertThat(pod.findValues("hostPath")).isEmpty();
        assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
        assertThat(pod.at("/containers/0/securityContext/privileged").isMissingNode())
                .isTrue();

        JsonNode file = Chart.render("agent: {kernelLog: {source: file}, nvidia: {hostPaths: [/run/nvidia/driver]}}")
                .get("DaemonSet/muster-agent-nvidia")
                .at("/spec/template/spec");
        assertThat(file.path("volumes").findValuesAsText("path"))
                .containsExactlyInAnyOrder("/var/log", "/var/lib/kubelet/pods", "/run/nvidia/driver");
        assertThat(file.at("/containers/0/securityContext/privileged").isMissingNode())
                .isTrue();
    }

    /** Definitions of the API come from files of their own, and have tests of their own. */
    private static List<String> withoutDefinitions(Rendering rendering) {
        return rendering.names().stream()
                .filter(name -> !name.startsWith("CustomResourceDefinition/"))
                .toList();
    }
}
