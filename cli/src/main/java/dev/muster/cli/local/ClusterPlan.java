package dev.muster.cli.local;

import dev.muster.cli.output.CommandFailure;
import dev.muster.scheduler.cluster.ClusterSpec;
import dev.muster.scheduler.cluster.HostSpec;
import dev.muster.scheduler.job.ResourceVector;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Which hosts a local cluster plays.
 *
 * @param file the cluster file for the controller, word for word
 */
public record ClusterPlan(List<PlannedHost> hosts, String file) {

    /** Each host is a process of some 100 MiB. */
    public static final int MOST_HOSTS = 64;

    private static final String DEFAULT_TYPE = "fake-a100";
    private static final long HOST_CPU_MILLIS = 8_000;
    private static final long HOST_MEMORY_BYTES = 16L << 30;
    private static final int HOSTS_IN_A_RACK = 2;

    public ClusterPlan {
        hosts = List.copyOf(hosts);
    }

    /** Hosts n1, n2 and so on, two in a rack, all racks in one block. */
    public static ClusterPlan even(int hosts, int accelerators) {
        List<PlannedHost> planned = new ArrayList<>();
        for (int number = 1; number <= hosts; number++) {
            String rack = "r" + ((number - 1) / HOSTS_IN_A_RACK + 1);
            planned.add(new PlannedHost(
                    "n" + number, List.of("b1", rack), accelerators, DEFAULT_TYPE, HOST_CPU_MILLIS, HOST_MEMORY_BYTES));
        }
        String lines = planned.stream().map(ClusterPlan::line).collect(Collectors.joining());
        return new ClusterPlan(planned, """
                apiVersion: muster.dev/v1alpha1
                kind: Cluster
                levels: [block, rack]
                hosts:
                """ + lines);
    }

    private static String line(PlannedHost host) {
        return "  - {name: %s, path: [%s], accelerators: %d, acceleratorType: %s, cpus: %s, memory: %s}\n"
                .formatted(
                        host.name(),
                        String.join(", ", host.path()),
                        host.accelerators(),
                        host.acceleratorType(),
                        host.cpus(),
                        host.memory());
    }

    /** The hosts of a cluster file. */
    public static ClusterPlan of(ClusterSpec cluster, String file) {
        if (cluster.hosts().size() > MOST_HOSTS) {
            throw CommandFailure.usage("the cluster file has " + cluster.hosts().size()
                    + " hosts; one machine plays at most " + MOST_HOSTS + ", each by a process of its own");
        }
        return new ClusterPlan(
                cluster.hosts().stream().map(ClusterPlan::planned).toList(), file);
    }

    private static PlannedHost planned(HostSpec host) {
        return new PlannedHost(
                host.name(),
                host.path(),
                host.capacity().amount(ResourceVector.ACCELERATORS),
                host.acceleratorType().orElse(DEFAULT_TYPE),
                host.capacity().amount(ResourceVector.CPU_MILLIS),
                host.capacity().amount(ResourceVector.MEMORY_BYTES));
    }

    long accelerators() {
        return hosts.stream().mapToLong(PlannedHost::accelerators).sum();
    }
}
