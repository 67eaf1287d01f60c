package dev.muster.controller.kubernetes.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.KubernetesClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ApiServer.class)
class ApiServerTest {

    @Test
    void aTestHasANamespaceOfItsOwnOnARealServer(ApiServerProcess server) {
        try (KubernetesClient client = server.client()) {
            assertThat(client.getKubernetesVersion().getGitVersion()).startsWith("v");
            String namespace = ApiServer.freshNamespace(client);
            assertThat(client.pods().inNamespace(namespace).list().getItems()).isEmpty();
        }
    }
}
