package dev.muster.scheduler.cluster;

import dev.muster.scheduler.job.ResourceVector;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The same hosts as a snapshot has, kept as plain lists and counted from scratch at each question. */
final class PlainCluster {

    /** A host and all that it holds, piece by piece. */
    static final class PlainHost {
        HostSpec spec;
        Optional<Exclusion> exclusion = Optional.empty();
        final List<ResourceVector> held = new ArrayList<>();
        /** In a what-if: takes work whatever excludes it, or takes none. */
        boolean opened;

        boolean closed;

        PlainHost(HostSpec spec) {
            this.spec = spec;
        }

        long used(String resource) {
            return held.stream().mapToLong(piece -> piece.amount(resource)).sum();
        }
    }

    final Map<String, PlainHost> hosts = new TreeMap<>();

    PlainHost host(String name) {
        return Optional.ofNullable(hosts.get(name)).orElseThrow();
    }

    PlainCluster copy() {
        PlainCluster copy = new PlainCluster();
        hosts.forEach((name, host) -> {
            PlainHost same = new PlainHost(host.spec);
            same.exclusion = host.exclusion;
            same.held.addAll(host.held);
            same.opened = host.opened;
            same.closed = host.closed;
            copy.hosts.put(name, same);
        });
        return copy;
    }

    /** Whether a host counts at all for a shape in a view. */
    static boolean isEligible(PlainHost host, GangShape shape, CapacityView view) {
        boolean usable = host.opened || view.ignoresExclusions() || host.exclusion.isEmpty();
        boolean typed =
                shape.acceleratorType().isEmpty() || shape.acceleratorType().equals(host.spec.acceleratorType());
        boolean labelled = shape.labels().entrySet().stream()
                .allMatch(label -> label.getValue().equals(host.spec.labels().get(label.getKey())));
        return usable && !host.closed && typed && labelled;
    }

    /** Pods of a shape that fit on a host beside something else, one after the other. */
    static int pods(PlainHost host, GangShape shape, CapacityView view, ResourceVector beside) {
        if (!isEligible(host, shape, view)) {
            return 0;
        }
        int pods = 0;
        while (pods < shape.podsPerHost() && hasRoom(host, view, beside, shape.perPod(), pods + 1)) {
            pods++;
        }
        return pods;
    }

    private static boolean hasRoom(
            PlainHost host, CapacityView view, ResourceVector beside, ResourceVector each, long times) {
        for (Map.Entry<String, Long> amount : each.amounts().entrySet()) {
            String resource = amount.getKey();
            long used = (view.ignoresUse() ? 0 : host.used(resource)) + beside.amount(resource);
            if (amount.getValue() > 0
                    && used + times * amount.getValue() > host.spec.capacity().amount(resource)) {
                return false;
            }
        }
        return true;
    }

    List<PlainHost> under(List<String> domain) {
        return hosts.values().stream()
                .filter(host -> host.spec.path().subList(0, domain.size()).equals(domain))
                .toList();
    }

    int pods(List<String> domain, GangShape shape, CapacityView view) {
        return under(domain).stream()
                .mapToInt(host -> pods(host, shape, view, ResourceVector.ZERO))
                .sum();
    }

    int hosts(List<String> domain, GangShape shape, CapacityView view) {
        return (int) under(domain).stream()
                .filter(host -> pods(host, shape, view, ResourceVector.ZERO) > 0)
                .count();
    }

    /** Pods in whole slices; one host can be taken to have room for another number. */
    int room(List<String> domain, GangShape shape, CapacityView view, Map<String, Integer> instead) {
        List<PlainHost> inside = under(domain);
        int granule = shape.granules().get(domain.size());
        int levels = shape.granules().size() - 2;
        int sum = 0;
        if (domain.size() == levels) {
            int ofHost = shape.granules().get(levels + 1);
            for (PlainHost host : inside) {
                int pods = instead.getOrDefault(host.spec.name(), pods(host, shape, view, ResourceVector.ZERO));
                sum += pods / ofHost * ofHost;
            }
        } else {
            List<String> names = inside.stream()
                    .map(host -> host.spec.path().get(domain.size()))
                    .distinct()
                    .toList();
            for (String name : names) {
                List<String> child = new ArrayList<>(domain);
                child.add(name);
                sum += room(child, shape, view, instead);
            }
        }
        return sum / granule * granule;
    }
}
