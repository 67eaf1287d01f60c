package dev.muster.controller.kubernetes.pods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.muster.controller.codec.ProtobufFormat;
import dev.muster.controller.election.Leadership;
import dev.muster.controller.kubernetes.testing.ApiServer;
import dev.muster.controller.kubernetes.testing.ApiServerProcess;
import dev.muster.controller.kubernetes.testing.TestKubelet;
import dev.muster.controller.loop.FaultHandler;
import dev.muster.controller.loop.LoopListener;
import dev.muster.controller.loop.LoopPorts;
import dev.muster.controller.loop.LoopSettings;
import dev.muster.controller.loop.SingleThreadEventLoop;
import dev.muster.controller.loop.SteadyClock;
import dev.muster.controller.model.ClusterModel;
import dev.muster.controller.model.ModelLoader;
import dev.muster.controller.model.Turn;
import dev.muster.controller.model.Turns;
import dev.muster.controller.reconcile.CycleReconciler;
import dev.muster.controller.reconcile.GangTimers;
import dev.muster.controller.reconcile.History;
import dev.muster.controller.reconcile.JobObserver;
import dev.muster.controller.reconcile.JobReconciler;
import dev.muster.controller.reconcile.LedgerKeeper;
import dev.muster.controller.reconcile.NodeReconciler;
import dev.muster.controller.scheduling.GangScheduling;
import dev.muster.controller.scheduling.SnapshotAssembler;
import dev.muster.controller.state.JobEvent;
import dev.muster.controller.state.JobPhase;
import dev.muster.controller.state.JobRecord;
import dev.muster.controller.state.LifecycleEvent;
import dev.muster.controller.state.NodeRecord;
import dev.muster.controller.state.PlacementRecord;
import dev.muster.controller.state.StopCause;
import dev.muster.controller.store.embedded.EmbeddedSettings;
import dev.muster.controller.store.embedded.EmbeddedStateStore;
import dev.muster.scheduler.cluster.ClusterSpec;
import dev.muster.scheduler.job.JobSpec;
import dev.muster.scheduler.job.ResourceVector;
import dev.muster.scheduler.placement.TreeGangPlacer;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The real core over an embedded store, with the launcher of pods, in front of a real API server and hand-played kubelets.
 * The controller can die and come back; the store, the API server and the kubelets live on.
 */
final class PodCluster implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofSeconds(40);

    private final ApiServerProcess server;
    private final KubernetesClient admin;
    private final String namespace;
    private final TestKubelet kubelet;
    private final OneEpoch oneEpoch;
    private final OwnerReference owner;
    private final EmbeddedStateStore store = EmbeddedStateStore.inMemory(EmbeddedSettings.DEFAULT, System::nanoTime);
    private final List<FaultHandler.Fault> faults = new CopyOnWriteArrayList<>();
    private final List<String> nodes = new ArrayList<>();
    private Config access;
    private volatile boolean owned = true;
    private Optional<Life> life = Optional.empty();

    PodCluster(ApiServerProcess server) {
        this.server = server;
        this.admin = server.client();
        this.access = server.config();
        this.namespace = ApiServer.freshNamespace(admin);
        this.kubelet = TestKubelet.start(admin);
        this.oneEpoch = new OneEpoch(admin, kubelet);
        String uid = admin.resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withName("owner")
                        .withNamespace(namespace)
                        .endMetadata()
                        .build())
                .create()
                .getMetadata()
                .getUid();
        this.owner = new OwnerReferenceBuilder()
                .withApiVersion("v1")
                .withKind("ConfigMap")
                .withName("owner")
                .withUid(uid)
                .build();
    }

    /** One life of the controller. */
    private final class Life implements AutoCloseable {
        private final ClusterModel model = new ClusterModel();
        private final SingleThreadEventLoop loop;
        private final Turns turns;
        private final JobReconciler jobs;
        private final NodeReconciler nodeReconciler;
        private final CycleReconciler cycles;
        private final KubernetesClient client =
                new KubernetesClientBuilder().withConfig(access).build();
        private final KubernetesPods pods;
        private final PodLogs logs;

        private Life(PodSettings settings) {
            Leadership leadership = Leadership.take(store, "test").join();
            loop = SingleThreadEventLoop.start(
                    new LoopPorts(
                            store,
                            leadership::fence,
                            faults::add,
                            LoopListener.NONE,
                            new SteadyClock(InstantSource.system(), System::nanoTime),
                            System::nanoTime),
                    LoopSettings.DEFAULT);
            ProtobufFormat format = new ProtobufFormat();
            new ModelLoader(store, format, model).load();
            turns = new Turns(model, format, turn -> {});
            GangScheduling scheduling = new GangScheduling(
                    new SnapshotAssembler(new ClusterSpec(List.of(), List.of(), List.of(), List.of())),
                    new TreeGangPlacer(),
                    host -> host,
                    (took, placements, preemptions, plans, waiting) -> {},
                    System::nanoTime);
            pods = new KubernetesPods(
                    new KubernetesPods.Surroundings(
                            client,
                            loop,
                            turns,
                            model,
                            leadership,
                            job -> owned ? Optional.of(owner) : Optional.empty(),
                            host -> Optional.empty()),
                    settings);
            logs = new PodLogs(client, model, settings.logStreams());
            History history = new History(model);
            jobs = new JobReconciler(
                    model,
                    scheduling,
                    pods,
                    new GangTimers(loop, turns, Optional.empty()),
                    history,
                    new LedgerKeeper(model),
                    new Silent());
            nodeReconciler = new NodeReconciler(model, loop, turns, scheduling, jobs, history);
            cycles = new CycleReconciler(loop, turns, model, scheduling, jobs, nodeReconciler);
            pods.connect(jobs, nodeReconciler);
            on(turn -> {
                nodeReconciler.resume(turn.now());
                jobs.resume(turn);
                pods.resume();
                cycles.begin();
                return true;
            });
            nodes.forEach(this::register);
        }

        private <R> R on(Function<Turn, R> body) {
            return loop.submit("test", turns.operation(body)).join();
        }

        private void register(String node) {
            on(turn -> nodeReconciler.registered(facts(node), turn));
        }

        @Override
        public void close() {
            pods.close();
            loop.close();
            client.close();
        }
    }

    private static final class Silent implements JobObserver {
        @Override
        public void firstPlaced(String queue, Duration waited) {}

        @Override
        public void restarting(StopCause.Kind cause) {}
    }

    private static NodeRecord facts(String node) {
        return new NodeRecord(
                node,
                List.of(),
                ResourceVector.of(2, 8_000, 8L << 30),
                Optional.of("nvidia-h100"),
                new TreeMap<>(),
                List.of(),
                node,
                "boot-1",
                "node-uid",
                "",
                NodeRecord.Intent.NONE,
                NodeRecord.Health.HEALTHY);
    }

    private Life life() {
        return life.orElseThrow();
    }

    // ---- the world

    PodCluster through(Config other) {
        access = other;
        return this;
    }

    /** Jobs have no object in Kubernetes yet. */
    void withoutOwners() {
        owned = false;
    }

    /** What runs there from now on can make no progress, since its peers are stopped. */
    void withoutPeers(String node) {
        oneEpoch.withoutPeers(node);
    }

    void withOwners() {
        owned = true;
    }

    /** Nodes of 2 accelerators each. */
    PodCluster withNodes(int count) {
        for (int i = 1; i <= count; i++) {
            String node = namespace + "-n" + i;
            kubelet.addNode(node, Map.of(), Map.of("cpu", "8", "memory", "8Gi", "nvidia.com/gpu", "2"));
            nodes.add(node);
        }
        return this;
    }

    String node(int number) {
        return nodes.get(number - 1);
    }

    String namespace() {
        return namespace;
    }

    TestKubelet kubelet() {
        return kubelet;
    }

    KubernetesClient admin() {
        return admin;
    }

    ApiServerProcess server() {
        return server;
    }

    List<Pod> pods() {
        return admin.pods().inNamespace(namespace).list().getItems();
    }

    // ---- the controller

    PodCluster begin() {
        return begin(PodSettings.DEFAULT);
    }

    PodCluster begin(PodSettings settings) {
        life = Optional.of(new Life(settings));
        return this;
    }

    void dies() {
        life().close();
        life = Optional.empty();
    }

    void restarts() {
        dies();
        begin();
    }

    String submit(JobSpec spec) {
        String uid = UUID.randomUUID().toString();
        life().on(turn -> life().jobs.submit(spec, uid, uid, false, turn));
        return uid;
    }

    void cancel(String uid) {
        life().on(turn -> {
            life().jobs.fire(uid, new LifecycleEvent.CancelRequested("cancelled"), turn);
            return true;
        });
    }

    void lose(String node) {
        life().on(turn -> {
            life().nodeReconciler.lost(node, "its kubelet does not answer", turn);
            return true;
        });
    }

    void comesBack(String node) {
        life().register(node);
    }

    void fence(String node, String proof) {
        life().pods.nodeFenced(node, proof);
    }

    PodLogs logs() {
        return life().logs;
    }

    <R> R onLoop(Supplier<R> body) {
        return life().on(turn -> body.get());
    }

    JobRecord job(String uid) {
        return life().on(turn -> life().model.jobByUid(uid).orElseThrow());
    }

    PlacementRecord placement(String uid) {
        return life().on(turn -> life().model
                .placementOf(life().model.jobByUid(uid).orElseThrow())
                .orElseThrow());
    }

    List<String> history(String uid) {
        return life().on(turn -> life().model.events(uid).stream()
                .map(event -> event.type() + ": " + event.message())
                .toList());
    }

    List<JobEvent> events(String uid) {
        return life().on(turn -> List.copyOf(life().model.events(uid)));
    }

    boolean hasLeftovers(String node) {
        return life().on(turn -> life().nodeReconciler.hasLeftovers(node));
    }

    void awaitPhase(String uid, JobPhase phase) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(job(uid).phase())
                        .as(() -> String.join("\n", history(uid)))
                        .isEqualTo(phase));
    }

    void awaitRunning(String uid, int attempt) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(
                                job(uid).phase() + " " + job(uid).status().attempt())
                        .as(() -> String.join("\n", history(uid)))
                        .isEqualTo(JobPhase.RUNNING + " " + attempt));
    }

    void awaitNoPods() {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(pods()).isEmpty());
    }

    String podName(JobSpec spec, int attempt, int rank) {
        return PodNames.pod(spec.key().name(), attempt, rank);
    }

    void finish(JobSpec spec, int attempt, int rank, int exitCode, String words) {
        kubelet.finish(namespace, podName(spec, attempt, rank), exitCode, words);
    }

    /** Also checks that all the while no two attempts of a job ran together, and that the core never broke. */
    @Override
    public void close() {
        life.ifPresent(Life::close);
        oneEpoch.close();
        kubelet.close();
        admin.pods().inNamespace(namespace).withGracePeriod(0).delete();
        admin.close();
        store.close();
        assertThat(oneEpoch.violations()).isEmpty();
        assertThat(faults).isEmpty();
    }
}
