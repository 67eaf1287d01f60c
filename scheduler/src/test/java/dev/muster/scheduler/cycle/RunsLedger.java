package dev.muster.scheduler.cycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.scheduler.cluster.ClusterHost;
import dev.muster.scheduler.cluster.ClusterSnapshot;
import dev.muster.scheduler.cluster.HostSpec;
import dev.muster.scheduler.cluster.MaintenanceWindow;
import dev.muster.scheduler.cluster.QueueSpec;
import dev.muster.scheduler.job.JobKey;
import dev.muster.scheduler.job.ResourceVector;
import dev.muster.scheduler.job.SliceSpec;
import dev.muster.scheduler.placement.GangRequest;
import dev.muster.scheduler.topology.Levels;
import dev.muster.scheduler.workload.PlacedPod;
import dev.muster.scheduler.workload.RunningJob;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** What runs, kept from decisions alone, and the rules that hold for it whatever was decided. */
final class RunsLedger {

    final Map<JobKey, RunningJob> running = new TreeMap<>();
    private final ClusterSnapshot cluster;
    private final Map<String, QueueSpec> queues = new TreeMap<>();
    private final List<MaintenanceWindow> windows;

    RunsLedger(ClusterSnapshot cluster, List<QueueSpec> queues, List<MaintenanceWindow> windows) {
        this.cluster = cluster;
        this.windows = windows;
        queues.forEach(queue -> this.queues.put(queue.name(), queue));
    }

    QueueSpec queue(String name) {
        return Optional.ofNullable(queues.get(name)).orElseThrow();
    }

    Collection<QueueSpec> queues() {
        return queues.values();
    }

    /** A queue and those above it, the outermost first. */
    List<String> path(String name) {
        List<String> path = new ArrayList<>();
        for (String at = name; !at.equals(QueueSpec.ROOT); at = queue(at).parent()) {
            path.add(0, at);
        }
        return path;
    }

    /** What the jobs of a queue and of those below it hold. */
    ResourceVector usage(String name) {
        ResourceVector usage = ResourceVector.ZERO;
        for (RunningJob run : running.values()) {
            if (path(run.queue()).contains(name)) {
                usage = usage.plus(run.total());
            }
        }
        return usage;
    }

    /** Its largest part of any resource of the cluster, for its weight. */
    double share(String name) {
        ResourceVector usage = usage(name);
        double share = 0;
        for (Map.Entry<String, Long> all : cluster.capacity().amounts().entrySet()) {
            if (all.getValue() > 0) {
                share = Math.max(share, (double) usage.amount(all.getKey()) / all.getValue());
            }
        }
        return share / queue(name).weight();
    }

    Map<String, ResourceVector> usages() {
        Map<String, ResourceVector> usages = new TreeMap<>();
        queues.keySet().forEach(name -> usages.put(name, usage(name)));
        return usages;
    }

    /** Capacity, whole gangs, topology. */
    void assertSound(String name) {
        Map<String, ResourceVector> used = new TreeMap<>();
        for (RunningJob run : running.values()) {
            run.held().forEach(pod -> used.merge(pod.host(), pod.request(), ResourceVector::plus));
            assertWhole(name + ": " + run, run);
        }
        used.forEach((host, amounts) -> assertThat(amounts.fitsIn(spec(host).capacity()))
                .as(name + ": more on " + host + " than it has: " + amounts)
                .isTrue());
    }

    private void assertWhole(String name, RunningJob run) {
        GangRequest request = run.job().request();
        int leaders = request.leader().isPresent() ? 1 : 0;
        List<PlacedPod> workers = run.pods().subList(leaders, run.pods().size());
        assertThat(workers.size()).as(name).isBetween(request.minPods(), request.pods());
        assertThat(workers.size() % request.granule()).as(name).isZero();
        Set<Integer> ranks = new LinkedHashSet<>();
        for (PlacedPod pod : run.pods()) {
            assertThat(ranks.add(pod.rank())).as(name + " has a rank twice").isTrue();
            assertThat(pod.rank()).as(name).isBetween(0, request.ranks() - 1);
            boolean leads = leaders == 1 && pod.rank() == 0;
            assertThat(pod.request())
                    .as(name)
                    .isEqualTo(leads ? request.leader().orElseThrow() : request.perPod());
        }
        assertThat(leaders == 0 || ranks.contains(0))
                .as(name + " has lost its leader")
                .isTrue();
        assertTopology(name, request, run.pods(), workers, leaders);
    }

    private void assertTopology(
            String name, GangRequest request, List<PlacedPod> pods, List<PlacedPod> workers, int leaders) {
        request.topology()
                .required()
                .ifPresent(level -> assertThat(pods.stream()
                                .map(pod -> domain(pod.host(), level))
                                .distinct())
                        .as(name + " leaves its " + level)
                        .hasSize(1));
        for (SliceSpec slice : request.topology().slices()) {
            Map<Integer, Set<String>> domains = new TreeMap<>();
            workers.forEach(pod -> domains.computeIfAbsent(
                            (pod.rank() - leaders) / slice.size(), number -> new LinkedHashSet<>())
                    .add(domain(pod.host(), slice.within())));
            domains.values()
                    .forEach(used ->
                            assertThat(used).as(name + " breaks a slice").hasSize(1));
        }
        Map<String, Integer> onHost = new TreeMap<>();
        workers.forEach(pod -> onHost.merge(pod.host(), 1, Integer::sum));
        onHost.values().forEach(count -> assertThat(count).as(name).isLessThanOrEqualTo(request.podsPerHost()));
    }

    private HostSpec spec(String host) {
        return cluster.host(host).orElseThrow().spec();
    }

    private String domain(String host, String level) {
        int depth = new Levels(RandomJobs.LEVELS).depthOf(level).orElseThrow();
        List<String> path = spec(host).path();
        return depth > path.size() ? host : String.join("/", path.subList(0, depth));
    }

    /** Pods that come to a host come to one that takes work, for as long as the job may run. */
    void assertPutWell(String name, Optional<RunningJob> before, RunningJob after, Instant now) {
        List<PlacedPod> old = before.map(RunningJob::held).orElse(List.of());
        for (PlacedPod pod : after.held()) {
            if (old.contains(pod)) {
                continue;
            }
            ClusterHost host = cluster.host(pod.host()).orElseThrow();
            assertThat(host.exclusion()).as(name + ": new pod on " + host).isEmpty();
            for (MaintenanceWindow window : windows) {
                boolean clear = !window.covers(host.spec())
                        || !window.to().isAfter(now)
                        || after.endsAt()
                                .filter(end -> !end.isAfter(window.from()))
                                .isPresent();
                assertThat(clear)
                        .as(name + ": " + host + " goes into " + window + " while " + after + " runs")
                        .isTrue();
            }
        }
    }

    /** No maximum is exceeded, except where it was before, and then not by more. */
    void assertWithinMaxima(String name, Map<String, ResourceVector> before) {
        for (QueueSpec queue : queues.values()) {
            ResourceVector usage = usage(queue.name());
            queue.max()
                    .forEach((resource, most) -> assertThat(usage.amount(resource))
                            .as(name + ": " + resource + " of queue " + queue.name())
                            .isLessThanOrEqualTo(Math.max(
                                    most,
                                    before.getOrDefault(queue.name(), ResourceVector.ZERO)
                                            .amount(resource))));
        }
    }
}
