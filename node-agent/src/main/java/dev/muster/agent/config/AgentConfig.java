package dev.muster.agent.config;

import dev.muster.agent.session.Controllers;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The checked options of an agent.
 *
 * @param address advertised to the ranks of other hosts; empty: the host's name, or what it is reached at
 * @param httpPort 0: a free one
 * @param path domains, outermost first; empty: the controller knows
 * @param acceleratorType instead of what the devices say
 * @param kernelLog instead of the kernel's device
 * @param logLimitBytes output kept of each rank
 * @param observedPods where the kubelet keeps its pods, on a node of Kubernetes: the agent runs nothing there and only observes
 * @param readyFile written when the agent has registered for the first time
 */
public record AgentConfig(
        Controllers controllers,
        String host,
        Path data,
        Optional<String> address,
        String httpBind,
        int httpPort,
        List<String> path,
        Devices devices,
        long cpuMillis,
        long memoryBytes,
        Optional<String> acceleratorType,
        Map<String, String> labels,
        Optional<Path> kernelLog,
        long logLimitBytes,
        Optional<Path> observedPods,
        Optional<Path> readyFile) {
    public AgentConfig {
        path = List.copyOf(path);
        labels = Map.copyOf(labels);
    }

    /** Where the agent looks for accelerators. */
    public sealed interface Devices {
        /** NVIDIA's where there are any, else none. */
        record Auto() implements Devices {}

        record None() implements Devices {}

        record Nvidia() implements Devices {}

        record Fake(Path file) implements Devices {}
    }
}
