package dev.muster.scheduler.simulation;

import dev.muster.scheduler.cluster.ClusterSnapshot;
import dev.muster.scheduler.cluster.Exclusion;
import dev.muster.scheduler.cluster.HostSpec;
import dev.muster.scheduler.cluster.MaintenanceWindow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Which hosts are down, cordoned or in maintenance. */
final class SimulatedHosts {

    private final ClusterSnapshot cluster;
    private final List<MaintenanceWindow> windows = new ArrayList<>();
    private final Set<String> down = new TreeSet<>();
    private final Set<String> cordoned = new TreeSet<>();

    SimulatedHosts(Scenario scenario) {
        this.cluster = new ClusterSnapshot(scenario.levels());
        for (HostSpec host : scenario.hosts()) {
            cluster.putHost(host);
        }
        cordoned.addAll(scenario.unschedulable());
        scenario.unschedulable().forEach(host -> exclude(host, Instant.EPOCH));
    }

    ClusterSnapshot cluster() {
        return cluster;
    }

    /** Those that are known so far; it grows. */
    List<MaintenanceWindow> windows() {
        return windows;
    }

    void change(String host, Scenario.HostChange change, Instant now) {
        switch (change) {
            case DOWN -> down.add(host);
            case UP -> down.remove(host);
            case CORDON -> cordoned.add(host);
            case UNCORDON -> cordoned.remove(host);
        }
        exclude(host, now);
    }

    void announce(MaintenanceWindow window) {
        windows.add(window);
    }

    /** Windows have opened or closed. */
    void windowsAt(Instant now) {
        for (String host : cluster.hostsUnder(windows)) {
            exclude(host, now);
        }
    }

    private void exclude(String name, Instant now) {
        cluster.exclude(name, cause(name, now));
    }

    private Optional<Exclusion> cause(String name, Instant now) {
        if (down.contains(name)) {
            return Optional.of(Exclusion.LOST);
        }
        if (cordoned.contains(name)) {
            return Optional.of(Exclusion.CORDONED);
        }
        HostSpec host = cluster.host(name).orElseThrow().spec();
        boolean closed = windows.stream().anyMatch(window -> window.isActive(now) && window.covers(host));
        return closed ? Optional.of(Exclusion.MAINTENANCE) : Optional.empty();
    }
}
