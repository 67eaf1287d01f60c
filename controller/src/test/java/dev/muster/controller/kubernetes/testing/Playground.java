package dev.muster.controller.kubernetes.testing;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * A real API server with played nodes, to try the controller and {@code kubectl} by hand: {@code Playground FOLDER NODES
 * SECONDS} writes FOLDER/kubeconfig and goes on until it is stopped. Containers end well after so many seconds, or run on when
 * that is 0.
 */
final class Playground {

    private static final int NODES_A_RACK = 4;

    private Playground() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path folder = Files.createDirectories(Path.of(arguments[0]));
        int nodes = Integer.parseInt(arguments[1]);
        Duration life = Duration.ofSeconds(Long.parseLong(arguments[2]));
        ApiServerProcess server = ApiServerProcess.start();
        KubernetesClient client = server.client();
        Definitions.install(client);
        TestKubelet kubelet = TestKubelet.start(client);
        for (int i = 0; i < nodes; i++) {
            int rack = i / NODES_A_RACK;
            kubelet.addNode(
                    "gpu-%03d".formatted(i),
                    Map.of(
                            "topology.kubernetes.io/zone",
                            "z1",
                            "muster.dev/block",
                            "b" + rack / NODES_A_RACK,
                            "muster.dev/rack",
                            "r" + rack,
                            "nvidia.com/gpu.product",
                            "NVIDIA-H100-80GB-HBM3"),
                    Map.of("cpu", "96", "memory", "1500Gi", "nvidia.com/gpu", "8"));
        }
        Path kubeconfig = folder.resolve("kubeconfig");
        Files.writeString(kubeconfig, server.kubeconfig());
        System.out.println("KUBECONFIG=" + kubeconfig + " kubectl get nodes");
        if (!life.isZero()) {
            var unused = Executors.newSingleThreadScheduledExecutor()
                    .scheduleWithFixedDelay(() -> end(client, kubelet, life), 1, 1, TimeUnit.SECONDS);
        }
        Thread.currentThread().join();
    }

    private static void end(KubernetesClient client, TestKubelet kubelet, Duration life) {
        for (TestKubelet.Running running : kubelet.running()) {
            try {
                Pod pod = client.pods()
                        .inNamespace(running.namespace())
                        .withName(running.pod())
                        .get();
                if (pod != null && isOver(pod, life)) {
                    kubelet.finish(running.namespace(), running.pod(), 0, "");
                }
            } catch (KubernetesClientException | AssertionError overtaken) {
                System.err.println(overtaken.getMessage());
            }
        }
    }

    private static boolean isOver(Pod pod, Duration life) {
        return pod.getStatus().getStartTime() != null
                && Instant.parse(pod.getStatus().getStartTime()).plus(life).isBefore(Instant.now());
    }
}
