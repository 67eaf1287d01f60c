package dev.muster.controller.kubernetes.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.muster.controller.kubernetes.testing.ApiServer;
import dev.muster.controller.kubernetes.testing.ApiServerProcess;
import dev.muster.controller.kubernetes.testing.Definitions;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What {@code kubectl get} shows: the API server makes the table. */
@ExtendWith(ApiServer.class)
class PrintedColumnsTest {

    private static final String TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io";

    private final ApiServerProcess server;

    PrintedColumnsTest(ApiServerProcess server) {
        this.server = server;
    }

    private JsonNode table(KubernetesClient client, String path) throws Exception {
        HttpResponse<String> answer = client.getHttpClient()
                .sendAsync(
                        client.getHttpClient()
                                .newHttpRequestBuilder()
                                .uri(URI.create(server.config().getMasterUrl()).resolve(path))
                                .header("Accept", TABLE)
                                .build(),
                        String.class)
                .get();
        return new ObjectMapper().readTree(answer.body());
    }

    private static List<String> names(JsonNode table, int priority) {
        List<String> names = new ArrayList<>();
        for (JsonNode column : table.get("columnDefinitions")) {
            if (column.get("priority").asInt() <= priority) {
                names.add(column.get("name").asText());
            }
        }
        return names;
    }

    @Test
    void aJobIsOneLineThatSaysWhatItDoes() throws Exception {
        try (KubernetesClient client = server.client()) {
            Definitions.install(client);
            String namespace = ApiServer.freshNamespace(client);
            TrainingJob job = Serialization.unmarshal("""
                    apiVersion: muster.dev/v1alpha1
                    kind: TrainingJob
                    metadata: {name: llama, namespace: %s}
                    spec:
                      gang: {hosts: 2, perHost: {accelerators: 8}}
                      template: {command: [train]}
                    """.formatted(namespace), TrainingJob.class);
            client.resource(job).create();
            client.resources(TrainingJob.class)
                    .inNamespace(namespace)
                    .withName("llama")
                    .editStatus(made -> {
                        made.setStatus(new TrainingJobStatus(
                                "RUNNING",
                                "u",
                                3,
                                2,
                                "every rank runs",
                                1L,
                                null,
                                null,
                                null,
                                null,
                                new TrainingJobStatus.Progress(40L, 100L, null, null),
                                null,
                                2,
                                null,
                                9L,
                                List.of()));
                        return made;
                    });
            JsonNode table = table(client, "/apis/muster.dev/v1alpha1/namespaces/" + namespace + "/trainingjobs");
            assertThat(names(table, 0)).containsExactly("Name", "State", "Queue", "Hosts", "Attempt", "Age");
            assertThat(names(table, 1))
                    .containsExactly("Name", "State", "Queue", "Hosts", "Attempt", "Progress", "Reason", "Age");
            List<String> cells = new ArrayList<>();
            table.at("/rows/0/cells").forEach(cell -> cells.add(cell.asText()));
            assertThat(cells.subList(0, 7))
                    .containsExactly("llama", "RUNNING", "default", "2", "3", "40", "every rank runs");
            client.resources(TrainingJob.class)
                    .inNamespace(namespace)
                    .withName("llama")
                    .delete();
        }
    }

    @Test
    void queuesAndTheTopologyAreLinesToo() throws Exception {
        try (KubernetesClient client = server.client()) {
            Definitions.install(client);
            assertThat(names(table(client, "/apis/muster.dev/v1alpha1/queues"), 0))
                    .containsExactly("Name", "Parent", "Guaranteed", "Max", "Used", "Running", "Pending", "Age");
            assertThat(names(table(client, "/apis/muster.dev/v1alpha1/clustertopologies"), 0))
                    .containsExactly("Name", "Levels", "Nodes", "Unlabelled", "Accepted", "Age");
        }
    }
}
