package dev.muster.controller.simulation.world;

import dev.muster.controller.simulation.fleet.SimulatedHost;
import dev.muster.scheduler.cluster.ClusterSpec;
import dev.muster.scheduler.cluster.HostSpec;
import dev.muster.scheduler.cluster.QueueSpec;
import dev.muster.scheduler.job.ResourceVector;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** The cluster: two racks of three hosts, shared by queues of which two can take back what the third borrows. */
final class Shape {

    static final String RACK = "rack";
    static final int HOSTS_PER_RACK = 3;
    private static final int HOSTS = 2 * HOSTS_PER_RACK;
    private static final String LIMITED_QUEUE = "research";
    private static final long MOST_OF_LIMITED_QUEUE = 16;

    /** Most jobs borrow, so that owners find the cluster full. */
    static final List<String> QUEUES_OF_JOBS = List.of("owner", LIMITED_QUEUE, "borrower", "borrower");

    static final ClusterSpec CLUSTER = new ClusterSpec(
            List.of(RACK),
            IntStream.range(0, HOSTS)
                    .mapToObj(index -> HostSpec.of(
                            "h" + (index + 1), List.of("r" + (1 + index / HOSTS_PER_RACK)), SimulatedHost.CAPACITY))
                    .toList(),
            List.of(
                    new QueueSpec("owner", QueueSpec.ROOT, ResourceVector.of(8, 0, 0), new TreeMap<>(), 1, true),
                    new QueueSpec(
                            LIMITED_QUEUE,
                            QueueSpec.ROOT,
                            ResourceVector.of(4, 0, 0),
                            new TreeMap<>(Map.of(ResourceVector.ACCELERATORS, MOST_OF_LIMITED_QUEUE)),
                            2,
                            true),
                    QueueSpec.unlimited("borrower")),
            List.of());

    private Shape() {}
}
