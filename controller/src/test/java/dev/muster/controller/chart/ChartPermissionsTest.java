package dev.muster.controller.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a real API server lets the installed controller do, and what pods it takes under which standard. */
class ChartPermissionsTest {

    @TempDir
    static Path directory;

    private static ChartServer server;

    @BeforeAll
    static void install() {
        server = ChartServer.start(directory);
        server.install("{}");
    }

    @AfterAll
    static void stop() {
        server.close();
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
        assertThat(mayController(group, resource, verb)).isEqualTo(allowed);
    }

    @Test
    void podsOfControllersAndEtcdStandUnderTheRestrictedStandardAndAgentsDoNot() {
        server.makeNamespace("restricted", "restricted");
        Rendering rendering = Chart.render("{}");
        for (String workload : List.of("Deployment/muster-controller", "StatefulSet/muster-etcd")) {
            Pod pod = pod(rendering.get(workload));
            assertThat(server.client()
                            .pods()
                            .inNamespace("restricted")
                            .resource(pod)
                            .dryRun()
                            .create())
                    .isNotNull();
        }
        Pod agent = pod(rendering.get("DaemonSet/muster-agent-nvidia"));
        agent.getSpec().setRuntimeClassName(null);
        assertThatThrownBy(() -> server.client()
                        .pods()
                        .inNamespace("restricted")
                        .resource(agent)
                        .dryRun()
                        .create())
                .isInstanceOf(KubernetesClientException.class)
                .hasMessageContaining("violates PodSecurity \"restricted");
    }

    /** As the server itself judges, by the roles that were installed. */
    private static boolean mayController(String group, String resource, String verb) {
        String[] parts = resource.split("/", 2);
        return server.client()
                .authorization()
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
