package dev.muster.scheduler.cluster;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * A time in which a domain is worked on and runs no jobs.
 *
 * @param domain names from the outermost level inwards, a host last if only it is meant; empty: the whole cluster
 * @param from inclusive
 * @param to exclusive
 */
public record MaintenanceWindow(List<String> domain, Instant from, Instant to) {

    public MaintenanceWindow {
        domain = List.copyOf(domain);
        if (!from.isBefore(to)) {
            throw new IllegalArgumentException("maintenance from " + from + " must end later than that, not at " + to);
        }
    }

    public boolean isActive(Instant now) {
        return !now.isBefore(from) && now.isBefore(to);
    }

    public boolean covers(HostSpec host) {
        List<String> path = host.path();
        if (domain.size() == path.size() + 1) {
            return domain.subList(0, path.size()).equals(path)
                    && domain.get(path.size()).equals(host.name());
        }
        return domain.size() <= path.size() && path.subList(0, domain.size()).equals(domain);
    }

    /** Those of some windows that are open now, so that their hosts take no new work. */
    public static List<MaintenanceWindow> active(Collection<MaintenanceWindow> windows, Instant now) {
        List<MaintenanceWindow> active = new ArrayList<>();
        for (MaintenanceWindow window : windows) {
            if (window.isActive(now)) {
                active.add(window);
            }
        }
        return active;
    }
}
