package dev.muster.controller.kubernetes.nodes;

import static dev.muster.controller.kubernetes.nodes.Pods.container;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.muster.controller.kubernetes.testing.ApiServer;
import dev.muster.controller.kubernetes.testing.ApiServerProcess;
import dev.muster.controller.kubernetes.testing.TestKubelet;
import dev.muster.controller.reconcile.NodeReconciler.Presence;
import dev.muster.controller.state.JobPhase;
import dev.muster.controller.state.NodeRecord;
import dev.muster.controller.store.StateStore;
import dev.muster.controller.store.embedded.EmbeddedSettings;
import dev.muster.controller.store.embedded.EmbeddedStateStore;
import dev.muster.scheduler.job.ResourceVector;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Nodes of a real API server as hosts of the real core. */
@ExtendWith(ApiServer.class)
class NodeStoryTest {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String OURS = "test.muster.dev/fleet";
    private static final NodeWatchSettings QUICK =
            new NodeWatchSettings(Duration.ofMillis(100), Duration.ofMillis(500), Duration.ofSeconds(2));
    private static final String GANG = """
            apiVersion: muster.dev/v1alpha1
            kind: TrainingJob
            metadata: {name: %s}
            spec:
              gang: {hosts: %d, perHost: {accelerators: 4, cpus: 2, memory: 1Gi}}
              topology: {required: %s}
              template: {command: [train]}
            """;

    private KubernetesClient client;
    private TestKubelet kubelet;
    private String namespace;
    private StateStore store;
    private LiveCore core;
    private NodeWatch watch;
    private final List<String> fenced = new CopyOnWriteArrayList<>();

    @BeforeEach
    void anEmptyCluster(ApiServerProcess server) {
        client = server.client();
        namespace = ApiServer.freshNamespace(client);
        kubelet = TestKubelet.start(client);
        store = EmbeddedStateStore.inMemory(EmbeddedSettings.DEFAULT, System::nanoTime);
        core = new LiveCore(store, rules("zone", "block", "rack"), List.of());
        watch = watch(rules("zone", "block", "rack"));
    }

    @AfterEach
    void close() {
        watch.close();
        core.close();
        store.close();
        kubelet.close();
        client.close();
    }

    private NodeRules rules(String... levels) {
        List<NodeRules.LevelLabels> labels = new ArrayList<>();
        for (String level : levels) {
            labels.add(NodeRules.LevelLabels.wellKnown(level));
        }
        return new NodeRules(labels, Map.of(OURS, namespace), List.of());
    }

    private NodeWatch watch(NodeRules rules) {
        return new NodeWatch(
                client,
                core.loop(),
                core.core().turns(),
                core.core().model(),
                core.core().nodes(),
                rules,
                (host, proof) -> fenced.add(host + ": " + proof),
                QUICK,
                System::nanoTime);
    }

    /** Another leader takes up what is stored, with another fabric. */
    private void changeLeader(NodeRules rules) {
        watch.close();
        core.close();
        core = new LiveCore(store, rules, List.of());
        watch = watch(rules);
        watch.start();
    }

    private void addNode(String name, String rack) {
        kubelet.addNode(
                name,
                new TreeMap<>(Map.of(
                        OURS,
                        namespace,
                        "topology.kubernetes.io/zone",
                        "z1",
                        "muster.dev/block",
                        "b1",
                        "muster.dev/rack",
                        rack)),
                Map.of("cpu", "16", "memory", "64Gi", "nvidia.com/gpu", "8"));
    }

    private void awaitNode(String name, Predicate<NodeRecord> condition) {
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(core.node(name).filter(condition))
                        .as("%s, which is %s", name, core.node(name))
                        .isPresent());
    }

    private void awaitPresence(String name, Presence presence) {
        await().atMost(SOON)
                .until(() -> core.<Boolean>ask(asked -> asked.nodes()
                        .attendance(name)
                        .filter(attendance -> attendance.presence() == presence)
                        .isPresent()));
    }

    private Pod occupy(String name, String node, Map<String, String> requests) {
        return client.resource(new PodBuilder(Pods.pod(name, node, container("main", requests)))
                        .editMetadata()
                        .withNamespace(namespace)
                        .endMetadata()
                        .withStatus(null)
                        .build())
                .create();
    }

    private static long accelerators(NodeRecord node) {
        return node.capacity().amount(ResourceVector.ACCELERATORS);
    }

    private static long cpuMillis(NodeRecord node) {
        return node.capacity().amount(ResourceVector.CPU_MILLIS);
    }

    @Test
    void aNodeAppearsIsCordonedTaintedAndFree() {
        watch.start();
        addNode("story-a", "r1");
        awaitPresence("story-a", Presence.PRESENT);
        awaitNode("story-a", node -> node.path().equals(List.of("z1", "b1", "r1")) && accelerators(node) == 8);

        client.nodes()
                .withName("story-a")
                .edit(node -> new NodeBuilder(node)
                        .editSpec()
                        .withUnschedulable(true)
                        .endSpec()
                        .build());
        awaitNode("story-a", node -> node.closed().equals(Optional.of("cordoned in Kubernetes")));
        core.submit(GANG.formatted("waits", 1, "rack"));
        assertThat(core.job("waits").phase()).isEqualTo(JobPhase.PENDING);

        client.nodes()
                .withName("story-a")
                .edit(node -> new NodeBuilder(node)
                        .editSpec()
                        .withUnschedulable(false)
                        .addNewTaint("NoSchedule", "team", null, "a")
                        .endSpec()
                        .build());
        awaitNode("story-a", node -> node.closed().equals(Optional.of("tainted in Kubernetes: team=a:NoSchedule")));

        client.nodes()
                .withName("story-a")
                .edit(node ->
                        new NodeBuilder(node).editSpec().withTaints().endSpec().build());
        awaitNode("story-a", node -> node.closed().isEmpty());
        await().atMost(SOON).until(() -> core.job("waits").phase() == JobPhase.STARTING);
    }

    /** A node that others use already never looks free, not even for a moment after the start. */
    @Test
    void whatOthersHoldIsNeverGivenAway() {
        addNode("story-b", "r1");
        occupy("already-there", "story-b", Map.of("cpu", "3", "nvidia.com/gpu", "5"));
        watch.start();
        await().atMost(SOON).until(() -> core.node("story-b").isPresent());
        assertThat(core.node("story-b")).hasValueSatisfying(node -> {
            assertThat(accelerators(node)).isEqualTo(3);
            assertThat(cpuMillis(node)).isEqualTo(13_000);
        });
        client.pods()
                .inNamespace(namespace)
                .withName("already-there")
                .withGracePeriod(0)
                .delete();
        awaitNode("story-b", node -> accelerators(node) == 8 && cpuMillis(node) == 16_000);
    }

    @Test
    void whileOthersComeAndGoTheRestIsWhatTheyLeave() {
        watch.start();
        addNode("story-c", "r1");
        Random random = new Random(7);
        Map<String, Long> present = new HashMap<>();
        for (int event = 0; event < 60; event++) {
            if (present.isEmpty() || random.nextInt(3) > 0) {
                long millis = 100L + random.nextInt(200);
                occupy("web-" + event, "story-c", Map.of("cpu", millis + "m"));
                present.put("web-" + event, millis);
            } else {
                String name = present.keySet().iterator().next();
                present.remove(name);
                client.pods()
                        .inNamespace(namespace)
                        .withName(name)
                        .withGracePeriod(0)
                        .delete();
            }
        }
        long held = present.values().stream().mapToLong(Long::longValue).sum();
        awaitNode("story-c", node -> cpuMillis(node) == 16_000 - held);
        await().atMost(SOON)
                .until(() -> kubelet.running().stream()
                                .filter(run -> run.namespace().equals(namespace))
                                .count()
                        == present.size());
        present.keySet().forEach(name -> kubelet.finish(namespace, name, 0, ""));
        awaitNode("story-c", node -> cpuMillis(node) == 16_000);
    }

    @Test
    void aNodeThatFallsSilentIsLostAndBackWhenItsKubeletIs() {
        watch.start();
        addNode("story-d", "r1");
        awaitPresence("story-d", Presence.PRESENT);
        kubelet.cutOff("story-d");
        awaitPresence("story-d", Presence.LOST);
        assertThat(fenced).isEmpty();
        client.nodes()
                .withName("story-d")
                .edit(node -> new NodeBuilder(node)
                        .editSpec()
                        .addNewTaint("NoExecute", "node.kubernetes.io/out-of-service", null, "nodeshutdown")
                        .endSpec()
                        .build());
        await().atMost(SOON).until(() -> !fenced.isEmpty());
        assertThat(fenced.get(0)).startsWith("story-d: its Node is tainted");
        client.nodes()
                .withName("story-d")
                .edit(node ->
                        new NodeBuilder(node).editSpec().withTaints().endSpec().build());
        kubelet.reconnect("story-d");
        awaitPresence("story-d", Presence.PRESENT);
    }

    @Test
    void aNodeThatIsDeletedIsFencedAndLeavesTheStoreAndMayComeBack() {
        watch.start();
        addNode("story-e", "r1");
        awaitPresence("story-e", Presence.PRESENT);
        client.nodes().withName("story-e").delete();
        await().atMost(SOON).until(() -> core.node("story-e").isEmpty());
        assertThat(fenced).containsExactly("story-e: its Node object is gone from Kubernetes");
        addNode("story-e", "r2");
        awaitPresence("story-e", Presence.PRESENT);
        awaitNode("story-e", node -> node.path().equals(List.of("z1", "b1", "r2")));
    }

    @Test
    void aNodeThatWasDeletedWhileNobodyLedIsFencedByTheNextLeader() {
        watch.start();
        addNode("story-f", "r1");
        addNode("story-g", "r1");
        awaitPresence("story-f", Presence.PRESENT);
        awaitPresence("story-g", Presence.PRESENT);
        watch.close();
        client.nodes().withName("story-f").delete();
        changeLeader(rules("zone", "block", "rack"));
        await().atMost(SOON).until(() -> core.node("story-f").isEmpty());
        assertThat(fenced).contains("story-f: its Node object is gone from Kubernetes");
        awaitPresence("story-g", Presence.PRESENT);
    }

    @Test
    void aGangRunsOnWhenTheTopologyChangesUnderItAndTheNextFollowsTheNewOne() {
        watch.start();
        for (String name : List.of("story-h", "story-i")) {
            addNode(name, "r1");
        }
        for (String name : List.of("story-j", "story-k")) {
            addNode(name, "r2");
        }
        List.of("story-h", "story-i", "story-j", "story-k").forEach(name -> awaitPresence(name, Presence.PRESENT));
        core.submit(GANG.formatted("before", 2, "rack"));
        await().atMost(SOON).until(() -> core.job("before").phase() == JobPhase.STARTING);
        core.everyHostRuns("before");
        List<String> hosts = core.hosts("before");
        assertThat(core.job("before").phase()).isEqualTo(JobPhase.RUNNING);

        changeLeader(rules("rack"));
        core.everyHostRuns("before");
        List.of("story-h", "story-k").forEach(name -> awaitPresence(name, Presence.PRESENT));
        assertThat(core.job("before").phase()).isEqualTo(JobPhase.RUNNING);
        assertThat(core.job("before").status().attempt()).isEqualTo(1);
        assertThat(core.hosts("before")).isEqualTo(hosts);
        awaitNode("story-h", node -> node.path().equals(List.of("r1")));
        core.submit(GANG.formatted("after", 2, "rack"));
        await().atMost(SOON).until(() -> core.job("after").phase() == JobPhase.STARTING);
        assertThat(core.placement("after").hosts())
                .allSatisfy(part -> assertThat(part.path()).hasSize(1));
    }

    @Test
    void whileTheApiServerIsAwayTheCoreGoesOnAndEverythingIsSeenAfterwards(ApiServerProcess server) {
        watch.start();
        addNode("story-m", "r1");
        awaitPresence("story-m", Presence.PRESENT);
        server.pause();
        try {
            core.submit(GANG.formatted("meanwhile", 1, "rack"));
            await().atMost(SOON).until(() -> core.job("meanwhile").phase() == JobPhase.STARTING);
        } finally {
            server.resume();
        }
        occupy("afterwards", "story-m", Map.of("cpu", "1"));
        addNode("story-n", "r1");
        awaitPresence("story-n", Presence.PRESENT);
        awaitNode("story-m", node -> cpuMillis(node) == 15_000);
        assertThat(core.hosts("meanwhile")).containsExactly("story-m");
    }

    @Test
    void aNodeWithoutLabelsGetsAnEvent() {
        kubelet.addNode("story-l", Map.of(OURS, namespace), Map.of("cpu", "4", "memory", "8Gi"));
        watch.start();
        awaitNode(
                "story-l",
                node -> node.path().equals(List.of("story-l-unlabelled", "story-l-unlabelled", "story-l-unlabelled")));
        await().atMost(SOON).untilAsserted(() -> {
            List<Event> events = client.v1()
                    .events()
                    .inNamespace("default")
                    .withField("involvedObject.name", "story-l")
                    .list()
                    .getItems();
            assertThat(events).hasSize(1);
            assertThat(events.get(0).getMessage()).startsWith("has no label for zone, block, rack");
        });
    }
}
