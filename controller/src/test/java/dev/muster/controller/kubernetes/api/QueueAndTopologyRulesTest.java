package dev.muster.controller.kubernetes.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.muster.controller.kubernetes.testing.ApiServer;
import dev.muster.controller.kubernetes.testing.ApiServerProcess;
import dev.muster.controller.kubernetes.testing.Definitions;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What of a queue and of the topology can be judged from the object alone, the API server refuses. */
@ExtendWith(ApiServer.class)
@TestInstance(Lifecycle.PER_CLASS)
class QueueAndTopologyRulesTest {

    private static final String QUEUE = """
            apiVersion: muster.dev/v1alpha1
            kind: Queue
            metadata: {name: research}
            spec: {parent: root, guaranteed: {accelerators: 512}, max: {accelerators: 1024, memory: 64Ti}, weight: 2}""";
    private static final String TOPOLOGY = """
            apiVersion: muster.dev/v1alpha1
            kind: ClusterTopology
            metadata: {name: default}
            spec:
              levels: [{name: zone, nodeLabel: topology.kubernetes.io/zone}, {name: rack, nodeLabel: muster.dev/rack}]
              nodeSelector: {pool: training}
              tolerations: [{key: reserved, operator: Exists, effect: NoSchedule}]
              policy: {preemption: true, backfill: easy, restartCost: 5m, fairShare: {halfLife: 24h}}
              maintenance: [{domain: [z1, r3], from: 2026-12-01T00:00:00Z, to: 2026-12-01T04:00:00Z}]""";

    private final KubernetesClient client;

    QueueAndTopologyRulesTest(ApiServerProcess server) {
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

    private void apply(String text) {
        String plural = text.contains("kind: Queue") ? "queues" : "clustertopologies";
        client.raw(
                "/apis/muster.dev/v1alpha1/" + plural + "?dryRun=All&fieldValidation=Strict",
                "POST",
                Serialization.unmarshal(text, JsonNode.class));
    }

    @Test
    void soundOnesAreTaken() {
        apply(QUEUE);
        apply(TOPOLOGY);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "name: research     | name: root        | root is always there",
                "name: research     | name: a.b         | small letters, digits and inner hyphens",
                "parent: root       | parent: research  | does not lie under itself",
                "accelerators: 512  | accelerators: 2000 | guaranteed has more accelerators than max",
                "memory: 64Ti       | memory: 64TiB     | memory",
                "weight: 2          | weight: 0         | weight",
                "parent: root       | father: root      | unknown field"
            })
    void aQueueThatCannotBeIsRefused(String right, String wrong, String words) {
        refused(QUEUE, right, wrong, words);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "name: default      | name: mine        | there is one ClusterTopology",
                "name: rack,        | name: zone,       | give each level its own name",
                "name: rack,        | name: host,       | hosts come below the last level",
                "muster.dev/rack    | \"muster dev\"    | nodeLabel",
                "backfill: easy     | backfill: hard    | backfill",
                "halfLife: 24h      | halfLife: 0s      | is no time at all",
                "T04:00:00Z         | T00:00:00Z        | to is not later than from",
                "operator: Exists   | operator: Is      | operator"
            })
    void aTopologyThatCannotBeIsRefused(String right, String wrong, String words) {
        refused(TOPOLOGY, right, wrong, words);
    }

    private void refused(String text, String right, String wrong, String words) {
        assertThat(text).contains(right);
        assertThatThrownBy(() -> apply(text.replace(right, wrong)))
                .isInstanceOf(KubernetesClientException.class)
                .hasMessageContaining(words);
    }
}
