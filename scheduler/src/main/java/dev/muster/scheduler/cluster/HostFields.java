package dev.muster.scheduler.cluster;

import dev.muster.scheduler.document.Fields;
import dev.muster.scheduler.document.Quoted;
import dev.muster.scheduler.job.JobLimits;
import dev.muster.scheduler.job.Names;
import dev.muster.scheduler.job.ResourceVector;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads the hosts of a cluster file, listed and generated. */
final class HostFields {

    private final Fields file;
    private final List<String> levels;
    private final List<HostSpec> hosts = new ArrayList<>();
    /** By host name: the line that gave it. */
    private final SortedMap<String, Integer> lines = new TreeMap<>();
    /** Most hosts are alike: each kind of capacity is kept once. */
    private final Map<String, ResourceVector> capacities = new TreeMap<>();

    private ResourceVector total = ResourceVector.ZERO;
    private int generatedHosts;
    private int generatedOutermost;

    HostFields(Fields file, List<String> levels) {
        this.file = file;
        this.levels = levels;
    }

    List<HostSpec> read() {
        List<Fields> listed = file.mappings("hosts");
        List<Fields> parts = file.mappings("generate");
        listed.forEach(this::readHost);
        parts.forEach(this::generate);
        return hosts;
    }

    private void readHost(Fields host) {
        host.require("name", "n000001");
        Optional<String> name = host.text("name");
        name.flatMap(Names::problemOfHost).ifPresent(problem -> host.problem("name", problem));
        List<String> path = host.texts("path");
        if (path.size() != levels.size()) {
            host.problem("path", "has " + path.size() + " names; " + shape());
        }
        for (String domain : path) {
            Names.problemOfLabel(domain).ifPresent(problem -> host.problem("path", "a domain " + problem));
        }
        Capacity capacity = capacity(host);
        SortedMap<String, String> labels = labels(host);
        host.end();
        name.ifPresent(given -> add(host, new HostSpec(given, path, capacity.amounts(), capacity.type(), labels)));
    }

    private String shape() {
        return levels.isEmpty()
                ? "this cluster has no levels"
                : "give one for each level: " + String.join(", ", levels);
    }

    /** What each host of an entry can give. */
    private record Capacity(ResourceVector amounts, Optional<String> type) {}

    private Capacity capacity(Fields fields) {
        ResourceVector read = CapacityFields.ofHost(fields);
        ResourceVector amounts = capacities.size() < JobLimits.MAX_ACCELERATORS_PER_HOST
                ? capacities.computeIfAbsent(read.toString(), same -> read)
                : read;
        Optional<String> type = fields.text("acceleratorType").map(String::intern);
        type.flatMap(Names::problemOfLabel).ifPresent(problem -> fields.problem("acceleratorType", problem));
        return new Capacity(amounts, type);
    }

    private static SortedMap<String, String> labels(Fields fields) {
        SortedMap<String, String> labels = fields.textsByName("labels");
        labels.forEach((name, value) -> {
            if (Names.problemOfHost(name).isPresent()
                    || (!value.isEmpty() && Names.problemOfLabel(value).isPresent())) {
                fields.problem("labels", "has " + Quoted.text(name + "=" + value) + "; use letters, digits, - . and _");
            }
        });
        return labels;
    }

    private void generate(Fields part) {
        part.require("counts", "[2, 8, 16]");
        part.require("hostsPerDomain", "16");
        List<Integer> counts = part.wholeNumbers("counts", 1, ClusterSpec.MAX_HOSTS);
        Optional<Integer> hostsPerDomain = part.wholeNumber("hostsPerDomain", 1, ClusterSpec.MAX_HOSTS);
        Capacity capacity = capacity(part);
        SortedMap<String, String> labels = labels(part);
        part.end();
        if (counts.size() != levels.size()) {
            part.problem("counts", "has " + counts.size() + " numbers; " + shape());
            return;
        }
        if (hostsPerDomain.isEmpty()) {
            return;
        }
        long made = hostsPerDomain.get();
        for (int count : counts) {
            made = Math.min(made * count, Integer.MAX_VALUE);
        }
        if (made + hosts.size() > ClusterSpec.MAX_HOSTS) {
            part.problem("counts", "makes too many hosts; a cluster has at most " + ClusterSpec.MAX_HOSTS);
            return;
        }
        HostSpec pattern = new HostSpec("", List.of(), capacity.amounts(), capacity.type(), labels);
        fill(part, counts, hostsPerDomain.get(), List.of(), pattern);
        generatedOutermost += counts.isEmpty() ? 0 : counts.get(0);
    }

    private void fill(Fields part, List<Integer> counts, int hostsPerDomain, List<String> path, HostSpec pattern) {
        int depth = path.size();
        if (depth == counts.size()) {
            for (int host = 0; host < hostsPerDomain; host++) {
                generatedHosts++;
                String name = String.format("n%06d", generatedHosts);
                add(part, new HostSpec(name, path, pattern.capacity(), pattern.acceleratorType(), pattern.labels()));
            }
            return;
        }
        int before = depth == 0 ? generatedOutermost : 0;
        for (int number = 1; number <= counts.get(depth); number++) {
            List<String> inner = new ArrayList<>(path);
            inner.add(initial(levels.get(depth)) + (before + number));
            fill(part, counts, hostsPerDomain, Collections.unmodifiableList(inner), pattern);
        }
    }

    /** An empty level name has been noted already, and must not stop the reading. */
    private static String initial(String level) {
        return level.isEmpty() ? "d" : level.substring(0, 1);
    }

    private void add(Fields where, HostSpec host) {
        if (hosts.size() >= ClusterSpec.MAX_HOSTS) {
            where.problem("name", "is one host too many; a cluster has at most " + ClusterSpec.MAX_HOSTS);
            return;
        }
        Integer earlier = lines.putIfAbsent(host.name(), where.line());
        if (earlier != null) {
            where.problem("name", "is " + Quoted.text(host.name()) + ", as on line " + earlier + "; host names differ");
            return;
        }
        try {
            total = total.plus(host.capacity());
        } catch (ArithmeticException overflow) {
            where.problem("name", "makes the cluster's resources too many for a number; is a unit wrong?");
        }
        hosts.add(host);
    }
}
