package dev.muster.scheduler.preemption;

import dev.muster.scheduler.cluster.ClusterHost;
import dev.muster.scheduler.cluster.ClusterSnapshot;
import dev.muster.scheduler.job.ResourceVector;
import dev.muster.scheduler.workload.PlacedPod;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What would be left on hosts after some have gone and others have come. Also on hosts that take nothing new. */
final class Leftover {

    private final ClusterSnapshot cluster;
    private final Map<String, Map<String, Long>> changes = new LinkedHashMap<>();

    Leftover(ClusterSnapshot cluster) {
        this.cluster = cluster;
    }

    void release(PlacedPod pod) {
        change(pod.host(), pod.request(), 1);
    }

    void take(PlacedPod pod) {
        change(pod.host(), pod.request(), -1);
    }

    private void change(String host, ResourceVector amounts, int sign) {
        Map<String, Long> there = changes.computeIfAbsent(host, name -> new TreeMap<>());
        amounts.amounts().forEach((resource, amount) -> there.merge(resource, sign * amount, Long::sum));
    }

    boolean hasRoomFor(PlacedPod pod) {
        Optional<ClusterHost> host = cluster.host(pod.host());
        Map<String, Long> there = changes.getOrDefault(pod.host(), Map.of());
        return host.isPresent()
                && pod.request().amounts().entrySet().stream()
                        .filter(wanted -> wanted.getValue() > 0)
                        .allMatch(wanted -> wanted.getValue()
                                <= cluster.free(host.get(), wanted.getKey()) + there.getOrDefault(wanted.getKey(), 0L));
    }
}
