package dev.muster.agent.session;

import dev.muster.agent.device.Device;
import java.util.List;
import java.util.Map;

/**
 * Who this agent is and what its host has.
 *
 * @param agentId new in every life of the agent
 * @param bootId of the kernel
 * @param address where the ranks of other hosts reach this one
 * @param path domains, outermost first; empty: the controller knows
 * @param observes whether it runs nothing, so that what the host has is not its to offer
 */
public record Registration(
        String host,
        String agentId,
        String bootId,
        String agentVersion,
        String address,
        List<String> path,
        long cpuMillis,
        long memoryBytes,
        String acceleratorType,
        List<Device> devices,
        Map<String, String> labels,
        boolean observes) {
    public Registration {
        path = List.copyOf(path);
        devices = List.copyOf(devices);
        labels = Map.copyOf(labels);
    }
}
