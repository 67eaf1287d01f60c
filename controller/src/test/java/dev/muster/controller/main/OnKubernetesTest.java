package dev.muster.controller.main;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.muster.controller.config.ConfigProblem;
import dev.muster.controller.config.ControllerOptions;
import dev.muster.controller.kubernetes.api.ClusterTopology;
import dev.muster.controller.kubernetes.api.Queue;
import dev.muster.controller.kubernetes.api.TrainingJob;
import dev.muster.controller.kubernetes.testing.ApiServer;
import dev.muster.controller.kubernetes.testing.ApiServerProcess;
import dev.muster.controller.kubernetes.testing.Definitions;
import dev.muster.controller.kubernetes.testing.TestKubelet;
import dev.muster.proto.v1.JobServiceGrpc;
import dev.muster.proto.v1.LogLine;
import dev.muster.proto.v1.LogsRequest;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The whole controller on a real API server: what a user does with kubectl, and what comes of it. */
@ExtendWith(ApiServer.class)
class OnKubernetesTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    private ApiServerProcess server;
    private KubernetesClient user;
    private TestKubelet kubelet;
    private String namespace;
    private Optional<Controller> controller = Optional.empty();

    @BeforeEach
    void aClusterOfTwoRacks(ApiServerProcess shared) throws IOException {
        server = shared;
        user = server.client();
        Definitions.install(user);
        namespace = ApiServer.freshNamespace(user);
        kubelet = TestKubelet.start(user);
        for (int i = 0; i < 4; i++) {
            Map<String, String> labels = Map.of(
                    "topology.kubernetes.io/zone", "z1", "muster.dev/block", "b1", "muster.dev/rack", "r" + (i / 2));
            kubelet.addNode("n" + i, labels, Map.of("cpu", "8", "memory", "16Gi", "nvidia.com/gpu", "2"));
        }
        Files.writeString(directory.resolve("kubeconfig"), server.kubeconfig());
    }

    @AfterEach
    void close() {
        controller.ifPresent(Controller::stop);
        for (TrainingJob job :
                user.resources(TrainingJob.class).inAnyNamespace().list().getItems()) {
            job.getMetadata().setFinalizers(List.of());
            user.resource(job).patch();
            user.resource(job).delete();
        }
        user.resources(Queue.class).delete();
        user.resources(ClusterTopology.class).delete();
        kubelet.close();
        user.close();
    }

    private ControllerOptions options() {
        ControllerOptions options = new ControllerOptions();
        new CommandLine(options)
                .parseArgs(
                        "--data",
                        directory.resolve("data").toString(),
                        "--kubeconfig",
                        directory.resolve("kubeconfig").toString(),
                        "--port",
                        "0",
                        "--http-port",
                        "0");
        return options;
    }

    private void start() throws IOException, ConfigProblem {
        ControllerOptions options = options();
        controller = Optional.of(Controller.start(options, OnKubernetes.start(options, Controller.CLOCK)));
    }

    private void apply(String name, int hosts, String more) {
        user.resource(Serialization.unmarshal("""
                        apiVersion: muster.dev/v1alpha1
                        kind: TrainingJob
                        metadata: {name: %s, namespace: %s}
                        spec:
                          gang: {hosts: %d, perHost: {accelerators: 2, cpus: 2, memory: 2Gi}}
                          template: {image: "app:1", command: [python3, train.py]}
                          %s
                        """.formatted(name, namespace, hosts, more), TrainingJob.class))
                .create();
    }

    private void awaitState(String name, String state) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(user.resources(TrainingJob.class)
                                .inNamespace(namespace)
                                .withName(name)
                                .get()
                                .getStatus())
                        .isNotNull()
                        .satisfies(status -> assertThat(status.state()).isEqualTo(state)));
    }

    private List<Pod> pods() {
        return user.pods().inNamespace(namespace).list().getItems();
    }

    @Test
    void aJobOfKubectlRunsOnOneRackIsReadByTheCommandLineAndEnds() throws IOException, ConfigProblem {
        start();
        apply("llama", 2, "topology: {required: rack}");
        awaitState("llama", "RUNNING");
        assertThat(pods()).hasSize(4);
        List<String> nodes = pods().stream()
                .map(pod -> pod.getSpec().getNodeName())
                .distinct()
                .sorted()
                .toList();
        assertThat(nodes).isIn(List.of("n0", "n1"), List.of("n2", "n3"));
        kubelet.write(namespace, "llama-1-0", "step 1\nstep 2\n");
        assertThat(logs("llama", 0)).isEqualTo("step 1\nstep 2\n");
        pods().forEach(pod -> kubelet.finish(namespace, pod.getMetadata().getName(), 0, ""));
        awaitState("llama", "FINISHED");
    }

    private String logs(String name, int rank) {
        ManagedChannel channel = NettyChannelBuilder.forAddress(
                        "127.0.0.1", controller.orElseThrow().port())
                .usePlaintext()
                .build();
        try {
            Iterator<LogLine> lines = JobServiceGrpc.newBlockingStub(channel)
                    .logs(LogsRequest.newBuilder()
                            .setNamespace(namespace)
                            .setName(name)
                            .setRank(rank)
                            .build());
            StringBuilder text = new StringBuilder();
            lines.forEachRemaining(line -> text.append(line.getData().toString(StandardCharsets.UTF_8)));
            return text.toString();
        } finally {
            channel.shutdownNow();
        }
    }

    @Test
    void aControllerThatIsStartedAnewGoesOnWhereTheLastOneWas() throws IOException, ConfigProblem {
        start();
        apply("llama", 1, "");
        awaitState("llama", "RUNNING");
        List<String> before =
                pods().stream().map(pod -> pod.getMetadata().getUid()).toList();
        controller.orElseThrow().stop();
        start();
        kubelet.finish(namespace, "llama-1-0", 1, "boom");
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(pods())
                        .hasSize(2)
                        .allSatisfy(
                                pod -> assertThat(pod.getMetadata().getName()).startsWith("llama-2-")));
        assertThat(pods()).extracting(pod -> pod.getMetadata().getUid()).doesNotContainAnyElementsOf(before);
        awaitState("llama", "RUNNING");
    }

    @Test
    void aQueueThatIsAppliedLaterLetsItsJobsIn() throws IOException, ConfigProblem {
        start();
        apply("early", 1, "queue: research");
        apply("other", 1, "");
        awaitState("other", "RUNNING");
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(user.resources(TrainingJob.class)
                                .inNamespace(namespace)
                                .withName("early")
                                .get()
                                .getStatus()
                                .conditions())
                        .anySatisfy(condition -> assertThat(condition.message()).contains("research")));
        user.resource(Serialization.unmarshal("""
                        apiVersion: muster.dev/v1alpha1
                        kind: Queue
                        metadata: {name: research}
                        spec: {max: {accelerators: 4}}
                        """, Queue.class)).create();
        awaitState("early", "RUNNING");
        awaitState("other", "RUNNING");
        assertThat(pods())
                .allSatisfy(pod -> assertThat(pod.getStatus().getPhase()).isEqualTo("Running"));
    }

    @Test
    void aClusterFileDoesNotGoWithKubernetes() {
        ControllerOptions options = new ControllerOptions();
        new CommandLine(options).parseArgs("--data", "d", "--kubernetes", "--cluster", "c.yaml");
        assertThatThrownBy(options::cluster).isInstanceOf(ConfigProblem.class).hasMessageContaining("--cluster c.yaml");
    }
}
