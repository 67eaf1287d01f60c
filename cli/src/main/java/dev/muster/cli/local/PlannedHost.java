package dev.muster.cli.local;

import java.util.List;

/**
 * A host that an agent process of this machine plays.
 *
 * @param path its domains, outermost first
 */
public record PlannedHost(
        String name, List<String> path, long accelerators, String acceleratorType, long cpuMillis, long memoryBytes) {

    private static final long MEBIBYTE = 1L << 20;

    public PlannedHost {
        path = List.copyOf(path);
    }

    String cpus() {
        return cpuMillis % 1000 == 0 ? String.valueOf(cpuMillis / 1000) : cpuMillis + "m";
    }

    String memory() {
        return memoryBytes % MEBIBYTE == 0 ? memoryBytes / MEBIBYTE + "Mi" : String.valueOf(memoryBytes);
    }

    /** What the fake probe of its agent reads. */
    String devicesFile() {
        return """
                # The accelerators that the agent of %s pretends to have. Edit it while the agent runs to break some.
                type: %s
                count: %d
                memory: 80Gi
                faults: []
                """.formatted(name, acceleratorType, accelerators);
    }
}
