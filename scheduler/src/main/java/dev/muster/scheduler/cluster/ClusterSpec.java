package dev.muster.scheduler.cluster;

import java.util.List;

/**
 * A cluster as its file describes it.
 *
 * @param levels of the fabric, outermost first; below the last comes the host
 * @param hosts in the order of the file, generated ones last
 * @param queues parents need not come before their children; empty: one queue {@code default} that may use everything
 * @param maintenance known windows, past ones too
 */
public record ClusterSpec(
        List<String> levels,
        List<HostSpec> hosts,
        List<QueueSpec> queues,
        List<MaintenanceWindow> maintenance,
        PolicySpec policy) {

    public static final int MAX_LEVELS = 8;
    public static final int MAX_HOSTS = 1 << 20;
    public static final int MAX_QUEUES = 10_000;
    public static final int MAX_MAINTENANCE = 10_000;

    public ClusterSpec {
        levels = List.copyOf(levels);
        hosts = List.copyOf(hosts);
        queues = List.copyOf(queues);
        maintenance = List.copyOf(maintenance);
    }

    /** A cluster that is shared in the usual way. */
    public ClusterSpec(
            List<String> levels, List<HostSpec> hosts, List<QueueSpec> queues, List<MaintenanceWindow> maintenance) {
        this(levels, hosts, queues, maintenance, PolicySpec.DEFAULT);
    }
}
