package dev.muster.controller.kubernetes.nodes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.muster.controller.kubernetes.api.Amounts;
import dev.muster.controller.kubernetes.api.ClusterTopology;
import dev.muster.controller.kubernetes.api.ClusterTopologySpec;
import dev.muster.controller.kubernetes.api.ClusterTopologySpec.Level;
import dev.muster.controller.kubernetes.api.Queue;
import dev.muster.controller.kubernetes.api.QueueSpec;
import dev.muster.controller.kubernetes.api.StatusCondition;
import dev.muster.controller.kubernetes.testing.ApiServer;
import dev.muster.controller.kubernetes.testing.ApiServerProcess;
import dev.muster.controller.kubernetes.testing.Definitions;
import dev.muster.controller.store.StateStore;
import dev.muster.controller.store.embedded.EmbeddedSettings;
import dev.muster.controller.store.embedded.EmbeddedStateStore;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Queues and the topology of a real API server. */
@ExtendWith(ApiServer.class)
class ClusterObjectsTest {

    private static final Duration SOON = Duration.ofSeconds(40);

    private KubernetesClient client;
    private ClusterObjects objects;
    private final List<ClusterShape> changes = new CopyOnWriteArrayList<>();

    @BeforeEach
    void open(ApiServerProcess server) {
        client = server.client();
        Definitions.install(client);
        removeAll();
        objects = new ClusterObjects(client, changes::add, InstantSource.system());
    }

    @AfterEach
    void close() {
        objects.close();
        removeAll();
        client.close();
    }

    private void removeAll() {
        client.resources(Queue.class).delete();
        client.resources(ClusterTopology.class).delete();
    }

    private void queue(String name, String parent, int guaranteed) {
        Queue queue = new Queue();
        queue.setMetadata(new ObjectMetaBuilder().withName(name).build());
        queue.setSpec(new QueueSpec(parent, new Amounts(guaranteed, null, null), null, null, null));
        client.resource(queue).create();
    }

    private void change(String name, UnaryOperator<QueueSpec> change) {
        client.resources(Queue.class).withName(name).edit(queue -> {
            queue.setSpec(change.apply(queue.getSpec()));
            return queue;
        });
    }

    private void topology(String... levels) {
        ClusterTopology topology = new ClusterTopology();
        topology.setMetadata(
                new ObjectMetaBuilder().withName(ClusterTopology.NAME).build());
        topology.setSpec(new ClusterTopologySpec(
                List.of(levels).stream().map(level -> new Level(level, null)).toList(),
                Map.of("fleet", "nowhere"),
                null,
                null,
                null));
        client.resource(topology).create();
    }

    @Test
    void theFirstShapeIsWhatIsThereAndChangesAreTold() throws Exception {
        queue("objects-a", "root", 8);
        topology("block", "rack");
        objects.start();
        ClusterShape first = objects.first().get(SOON.toSeconds(), TimeUnit.SECONDS);
        assertThat(first.cluster().levels()).containsExactly("block", "rack");
        assertThat(first.cluster().queues()).hasSize(1);

        queue("objects-b", "root", 4);
        await().atMost(SOON).until(() -> changes.size() == 1);
        assertThat(changes.get(0).cluster().queues()).hasSize(2);
        client.resources(ClusterTopology.class).withName(ClusterTopology.NAME).delete();
        await().atMost(SOON).until(() -> changes.size() == 2);
        assertThat(changes.get(1).rules()).isEqualTo(NodeRules.DEFAULT);
    }

    @Test
    void aLeaderSaysWhatItMakesOfThem() {
        queue("objects-c", "root", 8);
        queue("objects-d", "objects-c", 4);
        topology("rack");
        StateStore store = EmbeddedStateStore.inMemory(EmbeddedSettings.DEFAULT, System::nanoTime);
        objects.start();
        ClusterShape shape = objects.first().join();
        LiveCore core = new LiveCore(store, shape.rules(), shape.cluster().queues());
        NodeWatch watch = new NodeWatch(
                client,
                core.loop(),
                core.core().turns(),
                core.core().model(),
                core.core().nodes(),
                shape.rules(),
                (host, proof) -> {},
                NodeWatchSettings.DEFAULT,
                System::nanoTime);
        try (core;
                watch) {
            watch.start();
            objects.lead(core.core().fleet(), watch);
            await().atMost(SOON).untilAsserted(() -> {
                Queue queue =
                        client.resources(Queue.class).withName("objects-d").get();
                assertThat(queue.getStatus()).isNotNull();
                assertThat(queue.getStatus().pending()).isZero();
                assertThat(condition("objects-d").status()).isEqualTo("True");
                ClusterTopology topology = client.resources(ClusterTopology.class)
                        .withName(ClusterTopology.NAME)
                        .get();
                assertThat(topology.getStatus()).isNotNull();
                assertThat(topology.getStatus().levels()).isEqualTo("rack");
                assertThat(topology.getStatus().nodes()).isZero();
            });
            change("objects-d", spec -> new QueueSpec("objects-c", new Amounts(99, null, null), null, null, null));
            await().atMost(SOON).untilAsserted(() -> {
                assertThat(condition("objects-c").status()).isEqualTo("False");
                assertThat(condition("objects-c").message()).contains("less than its children have together, 99");
            });
        } finally {
            store.close();
        }
    }

    private StatusCondition condition(String queue) {
        List<StatusCondition> conditions =
                client.resources(Queue.class).withName(queue).get().getStatus().conditions();
        return Objects.requireNonNull(conditions).get(0);
    }
}
