package dev.muster.scheduler.cycle;

import dev.muster.scheduler.cluster.ClusterSnapshot;
import dev.muster.scheduler.cluster.HostSpec;
import dev.muster.scheduler.cluster.QueueSpec;
import dev.muster.scheduler.job.JobKey;
import dev.muster.scheduler.job.ResourceVector;
import dev.muster.scheduler.job.SliceSpec;
import dev.muster.scheduler.job.Spread;
import dev.muster.scheduler.job.TopologySpec;
import dev.muster.scheduler.placement.GangRequest;
import dev.muster.scheduler.workload.WaitingJob;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/** Small clusters, queues and jobs by chance. */
final class RandomJobs {

    static final List<String> LEVELS = List.of("block", "rack");

    private final RandomGenerator random;

    RandomJobs(RandomGenerator random) {
        this.random = random;
    }

    static ResourceVector amounts(long gpus, long cpus) {
        return new ResourceVector(new TreeMap<>(Map.of("gpu", gpus, "cpu", cpus)));
    }

    ClusterSnapshot cluster() {
        ClusterSnapshot cluster = new ClusterSnapshot(LEVELS);
        int hosts = random.nextInt(2, 8);
        for (int number = 1; number <= hosts; number++) {
            List<String> path = List.of("b" + random.nextInt(1, 3), "r" + random.nextInt(1, 3));
            cluster.putHost(HostSpec.of("h" + number, path, amounts(random.nextInt(1, 5), random.nextInt(2, 9))));
        }
        return cluster;
    }

    /** Two to four queues that take jobs, at times two of them in one department. */
    List<QueueSpec> queues() {
        List<QueueSpec> queues = new ArrayList<>();
        int flat = random.nextInt(2, 4);
        for (int number = 1; number <= flat; number++) {
            queues.add(queue("q" + number, QueueSpec.ROOT, 7));
        }
        if (random.nextInt(3) == 0) {
            queues.add(new QueueSpec("dept", QueueSpec.ROOT, amounts(8, 0), new TreeMap<>(), 1, true));
            queues.add(queue("dept-a", "dept", 5));
            queues.add(queue("dept-b", "dept", 4));
        }
        return queues;
    }

    private QueueSpec queue(String name, String parent, int mostGuaranteed) {
        long guaranteed = random.nextBoolean() ? random.nextInt(0, mostGuaranteed) : 0;
        TreeMap<String, Long> max = new TreeMap<>();
        if (random.nextInt(3) == 0) {
            max.put("gpu", guaranteed + random.nextInt(1, 8));
        }
        ResourceVector promise = guaranteed == 0 ? ResourceVector.ZERO : amounts(guaranteed, 0);
        return new QueueSpec(name, parent, promise, max, random.nextInt(1, 3), random.nextInt(5) > 0);
    }

    CyclePolicy policy() {
        CyclePolicy usual = CyclePolicy.DEFAULT;
        return new CyclePolicy(
                usual.order(),
                random.nextInt(5) > 0,
                random.nextInt(4) > 0,
                random.nextBoolean(),
                random.nextInt(4) == 0,
                usual.restartCost(),
                random.nextInt(4) > 0,
                usual.plansPerQueue(),
                usual.plans());
    }

    WaitingJob job(String name, String queue, int priority, Instant now, boolean mayBeEndless) {
        GangRequest request = request();
        Optional<Duration> walltime = mayBeEndless && random.nextInt(4) == 0
                ? Optional.empty()
                : Optional.of(Duration.ofSeconds(random.nextInt(1, 40) * 60L));
        return new WaitingJob(
                new JobKey("n", name),
                queue,
                priority,
                now,
                request,
                walltime,
                random.nextInt(5) > 0,
                Duration.ofSeconds(random.nextInt(3) == 0 ? random.nextInt(1, 20) * 60L : 0),
                random.nextInt(3) == 0,
                random.nextInt(8) == 0,
                false);
    }

    private GangRequest request() {
        List<SliceSpec> slices = new ArrayList<>();
        int granule = 1;
        if (random.nextInt(5) == 0) {
            granule = 2;
            slices.add(new SliceSpec(2, random.nextBoolean() ? "rack" : "host"));
        }
        int pods = granule * random.nextInt(1, 5);
        int least = random.nextInt(4) == 0 ? granule * random.nextInt(1, pods / granule + 1) : pods;
        GangRequest request = GangRequest.of(pods, amounts(random.nextInt(1, 4), random.nextInt(0, 3)))
                .withPods(pods, least)
                .withTopology(new TopologySpec(level(), level(), slices, Spread.PACKED));
        if (random.nextInt(6) == 0) {
            request = request.withLeader(Optional.of(amounts(random.nextInt(0, 2), 1)));
        }
        return random.nextInt(6) == 0 ? request.withPodsPerHost(1) : request;
    }

    private Optional<String> level() {
        return switch (random.nextInt(5)) {
            case 0 -> Optional.of("block");
            case 1 -> Optional.of("rack");
            case 2 -> random.nextInt(3) == 0 ? Optional.of("host") : Optional.empty();
            default -> Optional.empty();
        };
    }
}
