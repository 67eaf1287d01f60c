package dev.muster.scheduler.plan;

import dev.muster.scheduler.cluster.ClusterHost;
import dev.muster.scheduler.cluster.ClusterSnapshot;
import dev.muster.scheduler.cluster.MaintenanceWindow;
import dev.muster.scheduler.queue.QueueTree;
import dev.muster.scheduler.workload.Workload;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What is known about the future: ends of running gangs, planned starts, maintenance.
 *
 * @param windows open now or later
 * @param reservations made so far, in no particular order
 * @param now the moment from which one looks
 */
public record Timetable(
        ClusterSnapshot cluster,
        QueueTree queues,
        Workload workload,
        List<MaintenanceWindow> windows,
        List<Reservation> reservations,
        Instant now) {

    public Timetable {
        windows = List.copyOf(windows);
        reservations = List.copyOf(reservations);
    }

    /** The hosts that a window covers, in the order of the cluster. */
    List<ClusterHost> hostsUnder(MaintenanceWindow window) {
        List<ClusterHost> hosts = new ArrayList<>();
        for (String name : cluster.hostsUnder(List.of(window))) {
            cluster.host(name).ifPresent(hosts::add);
        }
        return hosts;
    }
}
