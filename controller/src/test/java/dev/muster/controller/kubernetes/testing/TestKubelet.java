package dev.muster.controller.kubernetes.testing;

import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * Plays the kubelets of the nodes that a test makes: what is bound to them starts to run, and ends when the test says so or
 * the pod is deleted. Containers are entries of a table, which tells the truth also of a node that the API server hears
 * nothing from. Admission is that of a kubelet: a pod that does not fit beside those that run is refused with {@code OutOf...}.
 */
public final class TestKubelet implements AutoCloseable {

    /** A container that really runs, whatever the API server believes. */
    public record Running(String namespace, String pod, String uid, String node, Map<String, String> labels) {}

    private final KubernetesClient client;
    private final KubeletLogServer logs;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
        Thread made = new Thread(task, "test-kubelet");
        made.setDaemon(true);
        return made;
    });
    private final Map<String, Machine> machines = new TreeMap<>();
    private final Map<String, String> pullFailures = new HashMap<>();
    private Optional<SharedIndexInformer<Pod>> informer = Optional.empty();

    /** One node as it is; the pods by uid. */
    private static final class Machine {
        private final Map<String, Quantity> allocatable;
        private final Map<String, Pod> running = new TreeMap<>();
        private boolean reachable = true;

        private Machine(Map<String, Quantity> allocatable) {
            this.allocatable = allocatable;
        }
    }

    private TestKubelet(KubernetesClient client) {
        this.client = client;
        this.logs = KubeletLogServer.start();
    }

    /** Begins to act; the client stays the caller's. */
    public static TestKubelet start(KubernetesClient client) {
        TestKubelet kubelet = new TestKubelet(client);
        kubelet.informer = Optional.of(client.pods().inAnyNamespace().inform(kubelet.new PodEvents()));
        return kubelet;
    }

    /** Acts on the kubelet's own thread, so that the informer never waits for an answer that it must itself carry. */
    private final class PodEvents implements ResourceEventHandler<Pod> {
        @Override
        public void onAdd(Pod pod) {
            thread.execute(() -> onEvent(pod));
        }

        @Override
        public void onUpdate(Pod before, Pod pod) {
            thread.execute(() -> onEvent(pod));
        }

        @Override
        public void onDelete(Pod pod, boolean lastStateUnknown) {
            thread.execute(() -> onGone(pod));
        }
    }

    // ---- nodes

    /** Makes a node that is ready, with these labels and this much to give. */
    public Node addNode(String name, Map<String, String> labels, Map<String, String> amounts) {
        Map<String, Quantity> allocatable = new TreeMap<>();
        amounts.forEach((resource, amount) -> allocatable.put(resource, new Quantity(amount)));
        allocatable.putIfAbsent("pods", new Quantity("110"));
        return on(() -> {
            machines.put(name, new Machine(allocatable));
            client.resource(new NodeBuilder()
                            .withNewMetadata()
                            .withName(name)
                            .withLabels(labels)
                            .endMetadata()
                            .build())
                    .create();
            return writeStatus(name, "True", UUID.randomUUID().toString());
        });
    }

    private Node writeStatus(String name, String ready, String bootId) {
        Machine machine = machine(name);
        return client.nodes()
                .withName(name)
                .editStatus(node -> new NodeBuilder(node)
                        .editOrNewStatus()
                        .withAllocatable(machine.allocatable)
                        .withCapacity(machine.allocatable)
                        .withConditions()
                        .addNewCondition()
                        .withType("Ready")
                        .withStatus(ready)
                        .withReason("True".equals(ready) ? "KubeletReady" : "NodeStatusUnknown")
                        .withMessage("")
                        .withLastHeartbeatTime(now())
                        .withLastTransitionTime(now())
                        .endCondition()
                        .withAddresses()
                        .addNewAddress("127.0.0.1", "InternalIP")
                        .withNewNodeInfo()
                        .withBootID(bootId)
                        .withMachineID(name)
                        .withSystemUUID(name)
                        .withKernelVersion("test")
                        .withOsImage("test")
                        .withContainerRuntimeVersion("test://1")
                        .withKubeletVersion("v1.34.4")
                        .withKubeProxyVersion("v1.34.4")
                        .withOperatingSystem("linux")
                        .withArchitecture("amd64")
                        .endNodeInfo()
                        .withNewDaemonEndpoints()
                        .withNewKubeletEndpoint(logs.port())
                        .endDaemonEndpoints()
                        .endStatus()
                        .build());
    }

    /** The node is cut off: its containers run on, and the API server is told that nobody hears it. */
    public void cutOff(String node) {
        on(() -> {
            machine(node).reachable = false;
            return writeStatus(node, "Unknown", bootId(node));
        });
    }

    /** A node that was cut off is back: it ends what was deleted meanwhile, and starts what was bound to it. */
    public void reconnect(String node) {
        on(() -> {
            machine(node).reachable = true;
            Node written = writeStatus(node, "True", bootId(node));
            catchUp(node);
            return written;
        });
    }

    /** The node dies and comes up again: its containers are gone, and their pods have failed. */
    public void reboot(String node) {
        on(() -> {
            Machine machine = machine(node);
            List<Pod> lost = new ArrayList<>(machine.running.values());
            machine.running.clear();
            machine.reachable = true;
            Node written = writeStatus(node, "True", UUID.randomUUID().toString());
            lost.forEach(pod -> terminated(pod, 255, "the node was restarted"));
            catchUp(node);
            return written;
        });
    }

    /** The machine loses its power for good. Its Node object stays until somebody removes it. */
    public void powerOff(String node) {
        on(() -> {
            Machine machine = machine(node);
            machine.running.clear();
            machine.reachable = false;
            return writeStatus(node, "Unknown", bootId(node));
        });
    }

    private void catchUp(String node) {
        Machine machine = machine(node);
        Map<String, Pod> present = new HashMap<>();
        for (Pod pod : client.pods()
                .inAnyNamespace()
                .withField("spec.nodeName", node)
                .list()
                .getItems()) {
            present.put(pod.getMetadata().getUid(), pod);
        }
        machine.running.keySet().retainAll(present.keySet());
        present.values().forEach(this::sync);
    }

    private String bootId(String node) {
        return client.nodes().withName(node).get().getStatus().getNodeInfo().getBootID();
    }

    // ---- pods

    /** From now on no node can pull this image; the words are the kubelet's. */
    public void failPulls(String image, String words) {
        on(() -> pullFailures.put(image, words));
    }

    /** The container of this pod ends by itself. */
    public void finish(String namespace, String pod, int exitCode, String lastWords) {
        on(() -> {
            Pod ended = client.pods().inNamespace(namespace).withName(pod).get();
            Machine machine = machine(ended.getSpec().getNodeName());
            if (machine.running.remove(ended.getMetadata().getUid()) == null) {
                throw new AssertionError("pod " + namespace + "/" + pod + " does not run");
            }
            terminated(ended, exitCode, lastWords);
            return ended;
        });
    }

    /** The pod's container writes to its output. */
    public void write(String namespace, String pod, String text) {
        logs.append(namespace, pod, text);
    }

    /** Every container that really runs now. */
    public List<Running> running() {
        return on(() -> machines.entrySet().stream()
                .flatMap(machine -> machine.getValue().running.values().stream()
                        .map(pod -> new Running(
                                pod.getMetadata().getNamespace(),
                                pod.getMetadata().getName(),
                                pod.getMetadata().getUid(),
                                machine.getKey(),
                                Map.copyOf(pod.getMetadata().getLabels()))))
                .toList());
    }

    private Optional<Machine> reachableMachine(Pod pod) {
        return Optional.ofNullable(pod.getSpec().getNodeName())
                .map(machines::get)
                .filter(machine -> machine.reachable);
    }

    private void onGone(Pod pod) {
        reachableMachine(pod)
                .ifPresent(machine -> machine.running.remove(pod.getMetadata().getUid()));
    }

    private void onEvent(Pod pod) {
        if (reachableMachine(pod).isEmpty()) {
            return;
        }
        try {
            sync(pod);
        } catch (KubernetesClientException overtaken) {
            // Deleted or changed meanwhile; the next event tells.
            if (overtaken.getCode() != 404 && overtaken.getCode() != 409) {
                throw overtaken;
            }
        }
    }

    private void sync(Pod pod) {
        Machine machine = machine(pod.getSpec().getNodeName());
        String uid = pod.getMetadata().getUid();
        if (pod.getMetadata().getDeletionTimestamp() != null) {
            machine.running.remove(uid);
            // By its uid, since by now another pod may have the name.
            client.raw(
                    "/api/v1/namespaces/" + pod.getMetadata().getNamespace() + "/pods/"
                            + pod.getMetadata().getName(),
                    "DELETE",
                    new DeleteOptionsBuilder()
                            .withGracePeriodSeconds(0L)
                            .withNewPreconditions()
                            .withUid(uid)
                            .endPreconditions()
                            .build());
        } else if ("Pending".equals(pod.getStatus().getPhase()) && !machine.running.containsKey(uid)) {
            begin(pod, machine);
        }
    }

    private void begin(Pod pod, Machine machine) {
        Optional<String> short_ = shortOf(pod, machine);
        if (short_.isPresent()) {
            status(
                    pod,
                    status -> status.withPhase("Failed")
                            .withReason("OutOf" + short_.get())
                            .withMessage("Node didn't have enough resource: " + short_.get()));
            return;
        }
        String image = pod.getSpec().getContainers().get(0).getImage();
        Optional<String> words = Optional.ofNullable(pullFailures.get(image));
        if (words.isPresent()) {
            status(
                    pod,
                    status -> container(status, pod, state -> state.withNewWaiting(words.get(), "ImagePullBackOff")));
            return;
        }
        machine.running.put(pod.getMetadata().getUid(), pod);
        status(
                pod,
                status -> container(
                        status.withPhase("Running").withPodIP("10.1.0.1").withStartTime(now()),
                        pod,
                        state -> state.withNewRunning(now())));
    }

    /** The resource of which the node has not enough left, as the kubelet names it. */
    private static Optional<String> shortOf(Pod pod, Machine machine) {
        Map<String, BigDecimal> used = new TreeMap<>();
        machine.running.values().forEach(other -> addRequests(other, used));
        addRequests(pod, used);
        return used.entrySet().stream()
                .filter(use -> use.getValue()
                                .compareTo(machine.allocatable
                                        .getOrDefault(use.getKey(), new Quantity("0"))
                                        .getNumericalAmount())
                        > 0)
                .map(Map.Entry::getKey)
                .findFirst();
    }

    private static void addRequests(Pod pod, Map<String, BigDecimal> sums) {
        pod.getSpec().getContainers().forEach(container -> {
            if (container.getResources() != null && container.getResources().getRequests() != null) {
                container
                        .getResources()
                        .getRequests()
                        .forEach((resource, amount) ->
                                sums.merge(resource, amount.getNumericalAmount(), BigDecimal::add));
            }
        });
        sums.merge("pods", BigDecimal.ONE, BigDecimal::add);
    }

    private void terminated(Pod pod, int exitCode, String lastWords) {
        status(
                pod,
                status -> container(
                        status.withPhase(exitCode == 0 ? "Succeeded" : "Failed"),
                        pod,
                        state -> state.withNewTerminated()
                                .withExitCode(exitCode)
                                .withReason(exitCode == 0 ? "Completed" : "Error")
                                .withMessage(lastWords)
                                .withFinishedAt(now())
                                .endTerminated()));
    }

    /** A change of one part of a status. */
    private interface Change<B> {
        B on(B builder);
    }

    private static PodStatusBuilder container(PodStatusBuilder status, Pod pod, Change<ContainerStateBuilder> state) {
        return status.withContainerStatuses(new ContainerStatusBuilder()
                .withName(pod.getSpec().getContainers().get(0).getName())
                .withImage(pod.getSpec().getContainers().get(0).getImage())
                .withImageID("")
                .withReady("Running".equals(status.getPhase()))
                .withRestartCount(0)
                .withState(state.on(new ContainerStateBuilder()).build())
                .build());
    }

    private void status(Pod pod, Change<PodStatusBuilder> change) {
        client.pods()
                .inNamespace(pod.getMetadata().getNamespace())
                .withName(pod.getMetadata().getName())
                .editStatus(present -> new PodBuilder(present)
                        .withStatus(change.on(new PodStatusBuilder(present.getStatus()))
                                .build())
                        .build());
    }

    // ---- the thread

    private Machine machine(String node) {
        return Objects.requireNonNull(machines.get(node), () -> "the test kubelet has no node " + node);
    }

    private static String now() {
        return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private <R> R on(Supplier<R> action) {
        return CompletableFuture.supplyAsync(action, thread).join();
    }

    private void remove(String node) {
        client.pods()
                .inAnyNamespace()
                .withField("spec.nodeName", node)
                .list()
                .getItems()
                .forEach(pod -> client.resource(pod).withGracePeriod(0).delete());
        client.nodes().withName(node).delete();
    }

    /** Removes its nodes too, with what is bound to them. */
    @Override
    public void close() {
        informer.ifPresent(SharedIndexInformer::stop);
        on(() -> {
            machines.keySet().forEach(this::remove);
            machines.clear();
            return true;
        });
        thread.shutdownNow();
        logs.close();
    }
}
