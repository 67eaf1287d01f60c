package dev.muster.controller.kubernetes.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.controller.kubernetes.testing.ApiServer;
import dev.muster.controller.kubernetes.testing.ApiServerProcess;
import dev.muster.controller.kubernetes.testing.Definitions;
import io.fabric8.kubernetes.client.KubernetesClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ApiServer.class)
@TestInstance(Lifecycle.PER_CLASS)
class TrainingJobRulesTest {

    private final KubernetesClient client;

    TrainingJobRulesTest(ApiServerProcess server) {
        client = server.client();
    }

    @BeforeAll
    void install() {
        Definitions.install(client);
    }

    @AfterAll
    void close() {
        client.close();
    }

    @Test
    void smoke() {
        assertThat(client.resources(TrainingJob.class).inAnyNamespace().list().getItems())
                .isEmpty();
    }
}
