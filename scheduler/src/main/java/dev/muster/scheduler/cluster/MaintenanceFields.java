package dev.muster.scheduler.cluster;

import dev.muster.scheduler.document.Fields;
import dev.muster.scheduler.document.Quoted;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Reads the maintenance windows of a cluster file. */
final class MaintenanceFields {

    private static final String TIME_EXAMPLE = "a time such as 2026-12-01T00:00:00Z";

    private final Fields file;
    private final int levels;

    MaintenanceFields(Fields file, int levels) {
        this.file = file;
        this.levels = levels;
    }

    List<MaintenanceWindow> read(List<HostSpec> hosts) {
        List<MaintenanceWindow> windows = new ArrayList<>();
        List<Fields> all = file.mappings("maintenance");
        if (all.size() > ClusterSpec.MAX_MAINTENANCE) {
            file.problem("maintenance", "has " + all.size() + " windows; at most " + ClusterSpec.MAX_MAINTENANCE);
            return List.of();
        }
        Set<String> domains = all.isEmpty() ? new TreeSet<>() : domains(hosts);
        for (Fields window : all) {
            window(window, domains).ifPresent(windows::add);
        }
        return windows;
    }

    private Optional<MaintenanceWindow> window(Fields window, Set<String> domains) {
        window.require("domain", "[z1, b1]");
        window.require("from", "2026-12-01T00:00:00Z");
        window.require("to", "2026-12-01T04:00:00Z");
        List<String> domain = window.texts("domain");
        Optional<Instant> from = window.parsed("from", TIME_EXAMPLE, MaintenanceFields::time);
        Optional<Instant> to = window.parsed("to", TIME_EXAMPLE, MaintenanceFields::time);
        window.end();
        if (domain.size() > levels) {
            window.problem("domain", "has " + domain.size() + " names; the cluster has " + levels + " levels");
        } else if (!domain.isEmpty() && !domains.isEmpty() && !domains.contains(String.join("/", domain))) {
            window.problem("domain", "is " + Quoted.text(String.join("/", domain)) + ", where there is no host");
        }
        if (from.isEmpty() || to.isEmpty()) {
            return Optional.empty();
        }
        if (!from.get().isBefore(to.get())) {
            window.problem("to", "is " + to.get() + ", not later than from, " + from.get());
            return Optional.empty();
        }
        return Optional.of(new MaintenanceWindow(domain, from.get(), to.get()));
    }

    private static Optional<Instant> time(String text) {
        try {
            return Optional.of(Instant.parse(text));
        } catch (DateTimeException notATime) {
            return Optional.empty();
        }
    }

    private static Set<String> domains(List<HostSpec> hosts) {
        Set<String> domains = new TreeSet<>();
        for (HostSpec host : hosts) {
            for (int depth = 1; depth <= host.path().size(); depth++) {
                domains.add(String.join("/", host.path().subList(0, depth)));
            }
        }
        return domains;
    }
}
