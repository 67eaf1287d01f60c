package dev.muster.controller.kubernetes.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.BindingBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ApiServer.class)
class TestKubeletTest {

    private KubernetesClient client;
    private TestKubelet kubelet;
    private String namespace;

    @BeforeEach
    void aNode(ApiServerProcess server) {
        client = server.client();
        namespace = ApiServer.freshNamespace(client);
        kubelet = TestKubelet.start(client);
        kubelet.addNode("node-a", Map.of("rack", "r1"), Map.of("cpu", "4", "memory", "8Gi"));
    }

    @AfterEach
    void close() {
        kubelet.close();
        client.close();
    }

    @Test
    void aBoundPodRunsTalksAndEnds() {
        bind("p1", "2", "app:1");
        awaitPhase("p1", "Running");
        kubelet.write(namespace, "p1", "one\ntwo\nthree\n");
        assertThat(client.pods()
                        .inNamespace(namespace)
                        .withName("p1")
                        .tailingLines(2)
                        .getLog())
                .isEqualTo("two\nthree\n");
        kubelet.finish(namespace, "p1", 3, "boom");
        Pod ended = pod("p1");
        assertThat(ended.getStatus().getPhase()).isEqualTo("Failed");
        assertThat(ended.getStatus()
                        .getContainerStatuses()
                        .get(0)
                        .getState()
                        .getTerminated()
                        .getExitCode())
                .isEqualTo(3);
        assertThat(kubelet.running()).isEmpty();
    }

    @Test
    void whatDoesNotFitIsRefusedAndWhatCannotBePulledWaits() {
        kubelet.failPulls("nowhere:1", "Back-off pulling image \"nowhere:1\"");
        bind("small", "3", "app:1");
        awaitPhase("small", "Running");
        bind("large", "2", "app:1");
        awaitPhase("large", "Failed");
        assertThat(pod("large").getStatus().getReason()).isEqualTo("OutOfcpu");
        bind("unpulled", "1", "nowhere:1");
        await().untilAsserted(() -> assertThat(pod("unpulled").getStatus().getContainerStatuses())
                .singleElement()
                .satisfies(status ->
                        assertThat(status.getState().getWaiting().getReason()).isEqualTo("ImagePullBackOff")));
    }

    @Test
    void aNodeThatIsCutOffRunsOnUntilItHearsOfTheDeletion() {
        bind("p1", "1", "app:1");
        awaitPhase("p1", "Running");
        kubelet.cutOff("node-a");
        client.pods().inNamespace(namespace).withName("p1").delete();
        assertThat(pod("p1").getMetadata().getDeletionTimestamp()).isNotNull();
        assertThat(kubelet.running()).hasSize(1);
        kubelet.reconnect("node-a");
        await().untilAsserted(() -> assertThat(
                        client.pods().inNamespace(namespace).withName("p1").get())
                .isNull());
        assertThat(kubelet.running()).isEmpty();
    }

    private void bind(String name, String cpus, String image) {
        Pod made = client.resource(new PodBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .withNamespace(namespace)
                        .endMetadata()
                        .withNewSpec()
                        .withSchedulerName("test")
                        .withRestartPolicy("Never")
                        .addNewContainer()
                        .withName("main")
                        .withImage(image)
                        .withNewResources()
                        .withRequests(Map.of("cpu", new Quantity(cpus)))
                        .endResources()
                        .endContainer()
                        .endSpec()
                        .build())
                .create();
        client.bindings()
                .inNamespace(namespace)
                .resource(new BindingBuilder()
                        .withNewMetadata()
                        .withName(made.getMetadata().getName())
                        .endMetadata()
                        .withNewTarget()
                        .withKind("Node")
                        .withName("node-a")
                        .endTarget()
                        .build())
                .create();
    }

    private void awaitPhase(String name, String phase) {
        await().untilAsserted(() -> assertThat(pod(name).getStatus().getPhase()).isEqualTo(phase));
    }

    private Pod pod(String name) {
        return client.pods().inNamespace(namespace).withName(name).get();
    }
}
