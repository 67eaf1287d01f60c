package dev.muster.agent.task;

import dev.muster.agent.device.Device;
import dev.muster.agent.device.Vendor;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The environment of each process: what the agent has itself, over it the job's own variables, over those the contract's,
 * which a job cannot override.
 */
final class RankEnvironment {
    private final RunSpec spec;
    private final String host;
    private final Path checkpointDirectory;
    private final Path progressFile;
    private final List<Device> devices;
    private final Map<String, String> inherited;

    RankEnvironment(
            RunSpec spec,
            String host,
            Path checkpointDirectory,
            Path progressFile,
            List<Device> devices,
            Map<String, String> inherited) {
        this.spec = spec;
        this.host = host;
        this.checkpointDirectory = checkpointDirectory;
        this.progressFile = progressFile;
        this.devices = List.copyOf(devices);
        this.inherited = inherited;
    }

    /** The whole environment of the rank with this number on this host. */
    Map<String, String> of(int localRank) {
        Map<String, String> environment = new HashMap<>(inherited);
        environment.keySet().removeIf(name -> name.startsWith("MUSTER_"));
        environment.putAll(spec.environment());
        environment.put("RANK", Integer.toString(spec.firstRank() + localRank));
        environment.put("LOCAL_RANK", Integer.toString(localRank));
        environment.put("WORLD_SIZE", Integer.toString(spec.worldSize()));
        environment.put("LOCAL_WORLD_SIZE", Integer.toString(spec.ranks()));
        environment.put("NODE_RANK", Integer.toString(spec.nodeRank()));
        environment.put("NNODES", Integer.toString(spec.nodes()));
        environment.put("MASTER_ADDR", spec.masterAddress());
        environment.put("MASTER_PORT", Integer.toString(spec.masterPort()));
        environment.put("MUSTER_JOB", spec.name());
        environment.put("MUSTER_NAMESPACE", spec.namespace());
        environment.put("MUSTER_ATTEMPT", Integer.toString(spec.attempt()));
        environment.put("MUSTER_HOST", host);
        environment.put("MUSTER_TOPOLOGY", spec.topology());
        environment.put("MUSTER_CHECKPOINT_DIR", checkpointDirectory.toString());
        environment.put("MUSTER_PROGRESS_FILE", progressFile.toString());
        mask(environment);
        return environment;
    }

    /**
     * Every rank sees all devices of the run on this host, in the order of local ranks, as launchers of torch do it:
     * {@code set_device(LOCAL_RANK)} works unchanged, and the ranks of a host can reach each other's memory. A run without
     * devices sees none.
     */
    private void mask(Map<String, String> environment) {
        String list =
                devices.stream().map(device -> Integer.toString(device.index())).collect(Collectors.joining(","));
        Arrays.stream(Vendor.values())
                .filter(vendor -> devices.stream().allMatch(device -> device.vendor() == vendor))
                .forEach(vendor -> environment.put(vendor.maskVariable(), list));
    }

    /** The devices of one rank: its share in order, or all of them when there is only one rank. */
    static List<Integer> share(List<Device> devices, int localRank, int ranks) {
        int from = localRank * devices.size() / ranks;
        int to = (localRank + 1) * devices.size() / ranks;
        return devices.subList(from, to).stream().map(Device::index).toList();
    }
}
