package dev.muster.scheduler.preemption;

import dev.muster.scheduler.cluster.ClusterHost;
import dev.muster.scheduler.job.JobKey;
import dev.muster.scheduler.job.ResourceVector;
import dev.muster.scheduler.workload.PlacedPod;
import dev.muster.scheduler.workload.RunningJob;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Something that can be taken: a whole gang, or one slice of pods above the minimum of an elastic one. Two are never equal. */
final class Item {

    private final RunningJob run;
    private final List<PlacedPod> pods;
    private final boolean whole;
    private final long lostMillis;
    private final ResourceVector amounts;
    private final List<Release> releases;

    /** What gets free on one host. */
    record Release(ClusterHost host, ResourceVector amounts) {}

    /** Takes pods of a gang; hosts that are not looked up are of no use and left out of the releases. */
    Item(
            RunningJob run,
            List<PlacedPod> pods,
            boolean whole,
            long lostMillis,
            Function<String, Optional<ClusterHost>> hosts) {
        this.run = run;
        this.pods = List.copyOf(pods);
        this.whole = whole;
        this.lostMillis = lostMillis;
        this.amounts = sum(pods);
        this.releases = releases(pods, hosts);
    }

    private static List<Release> releases(List<PlacedPod> pods, Function<String, Optional<ClusterHost>> hosts) {
        Map<String, List<PlacedPod>> byHost = new LinkedHashMap<>();
        for (PlacedPod pod : pods) {
            byHost.computeIfAbsent(pod.host(), host -> new ArrayList<>()).add(pod);
        }
        List<Release> releases = new ArrayList<>();
        byHost.forEach((name, there) ->
                hosts.apply(name).ifPresent(host -> releases.add(new Release(host, sum(there)))));
        return releases;
    }

    /** Pods of a gang mostly ask for the very same, so equal neighbours are multiplied. */
    private static ResourceVector sum(List<PlacedPod> pods) {
        ResourceVector sum = ResourceVector.ZERO;
        int index = 0;
        while (index < pods.size()) {
            ResourceVector request = pods.get(index).request();
            int alike = 1;
            while (index + alike < pods.size()
                    && pods.get(index + alike).request().equals(request)) {
                alike++;
            }
            sum = sum.plus(request.times(alike));
            index += alike;
        }
        return sum;
    }

    /** Items that have no pod in common: slices only of gangs that do not go as a whole. */
    static List<Item> apart(Collection<Item> items) {
        Set<JobKey> wholes = new LinkedHashSet<>();
        items.stream().filter(Item::whole).forEach(item -> wholes.add(item.run.key()));
        return items.stream()
                .filter(item -> item.whole || !wholes.contains(item.run.key()))
                .toList();
    }

    RunningJob run() {
        return run;
    }

    /** The pods and spares that go. */
    List<PlacedPod> pods() {
        return pods;
    }

    boolean whole() {
        return whole;
    }

    long lostMillis() {
        return lostMillis;
    }

    /** What its queue gets back. */
    ResourceVector amounts() {
        return amounts;
    }

    List<Release> releases() {
        return releases;
    }

    /** Pods that an elastic gang could do without. */
    int sheddable() {
        int leaders = run.job().request().leader().isPresent() ? 1 : 0;
        return run.pods().size() - leaders - run.job().request().minPods();
    }

    @Override
    public String toString() {
        return run.key() + (whole ? "" : pods.toString());
    }
}
